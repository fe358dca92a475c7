package awsconfig

import (
	"strings"
	"testing"
)

func TestOnlyReads(t *testing.T) {
	for role, want := range map[string]bool{
		"ReadOnlyAccess": true, "AWSReadOnlyAccess": true, "ViewOnlyAccess": true, "ReadOnly": true, "read-only": true, "view_only": true,
		"ReadOnlySupport": false, "Reader": false, "Admin": false, "AdminReadOnly": false, "": false, "Access": false,
	} {
		if OnlyReads(role) != want {
			t.Errorf("%s: %v", role, !want)
		}
	}
}

// TestSyncProposes: profiles of an account with a role that only reads name its profile,
// also those of a block from before; a second sync changes nothing, what somebody has named
// stays, and a profile that is renamed or goes takes the reference with it.
func TestSyncProposes(t *testing.T) {
	admin := Synced{Name: "dev.Admin", AccountID: "111111111111", RoleName: "Admin"}
	reads := Synced{Name: "dev.ReadOnlyAccess", AccountID: "111111111111", RoleName: "ReadOnlyAccess"}
	views := Synced{Name: "dev.ViewOnlyAccess", AccountID: "111111111111", RoleName: "ViewOnlyAccess"}
	other := Synced{Name: "prod.Admin", AccountID: "222222222222", RoleName: "Admin"}
	value := func(config, name string) string {
		p, err := inMemory(config).Profile(name)
		if err != nil {
			t.Fatal(err)
		}
		return p.Own("read_only")
	}
	alone, _ := synced(t, "", false, admin, other)
	if value(alone, "dev.Admin") != "" || value(alone, "prod.Admin") != "" {
		t.Errorf("%s", alone)
	}
	all, changes := synced(t, alone, false, admin, views, reads, other)
	for name, want := range map[string]string{"dev.Admin": "dev.ReadOnlyAccess", "dev.ReadOnlyAccess": "dev.ReadOnlyAccess", "dev.ViewOnlyAccess": "dev.ViewOnlyAccess", "prod.Admin": ""} {
		if got := value(all, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(changes.Added) != 2 || changes.Unchanged != 2 {
		t.Errorf("%+v", changes)
	}
	if again, _ := synced(t, all, true, other, reads, admin, views); again != all {
		t.Errorf("the second time:\n%s", again)
	}
	named := strings.Replace(all, "guise_read_only = dev.ReadOnlyAccess", "guise_read_only = mine", 1) // dev.Admin is the first
	if again, _ := synced(t, named, true, other, reads, admin, views); again != named || value(named, "dev.Admin") != "mine" {
		t.Errorf("what somebody has named:\n%s", again)
	}
	uno := reads
	uno.Name = "reads"
	if renamed, _ := syncedBy(t, "another", all, false, admin, uno, views, other); value(renamed, "dev.Admin") != "reads" || value(renamed, "reads") != "reads" {
		t.Errorf("renamed:\n%s", renamed)
	}
	if pruned, _ := synced(t, all, true, admin, views, other); value(pruned, "dev.Admin") != "dev.ViewOnlyAccess" {
		t.Errorf("another one reads:\n%s", pruned)
	}
	if pruned, _ := synced(t, all, true, admin, other); value(pruned, "dev.Admin") != "" || pruned != alone {
		t.Errorf("none reads:\n%s", pruned)
	}
	if kept, _ := synced(t, all, false, admin, other); value(kept, "dev.Admin") != "dev.ReadOnlyAccess" {
		t.Errorf("it is no longer granted, and stays:\n%s", kept)
	}
	if taken, _ := synced(t, "[profile dev.ReadOnlyAccess]\nregion = x\n", false, admin, reads); value(taken, "dev.Admin") != "" {
		t.Errorf("the name is somebody's:\n%s", taken)
	}
}
