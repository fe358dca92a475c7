//go:build unix

package e2e

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guise/internal/need"
)

const ugliest = "\ufeff# top\r\n; and ; this\r\n\r\n[default]\r\nregion=eu-west-1 # here\r\n" +
	"[profile  x]   # trailing\r\n   ROLE_ARN : arn:aws:iam::222222222222:role/Admin\r\n\r\n   source_profile=alice\r\n   s3 =\r\n      addressing_style = path\r\n" +
	"[profile \"a b\"]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nrole_arn = arn:aws:iam::333333333333:role/Developer\nsource_profile = alice\n" +
	"[profile x]\nregion =   us-east-1\t\n[sso-session s]\nsso_start_url = https://x/start#/\nsso_region = x\n[services t]\nsts =\n  endpoint_url = http://x\n" +
	"[profile other]\ncredential_process = /bin/other \"y z\" --a=b\n\n\n[profile alice]\nmfa_serial = arn:aws:iam::111111111111:mfa/alice"

// TestAdoptAndRelease: through a symlink, with mode and owner kept, and back to
// the very bytes.
func TestAdoptAndRelease(t *testing.T) {
	w := newWorld(t)
	dotfiles := filepath.Join(w.dir, "dotfiles")
	if err := os.Mkdir(dotfiles, 0o700); err != nil {
		t.Fatal(err)
	}
	real, link := filepath.Join(dotfiles, "aws-config"), filepath.Join(w.home, ".aws/config")
	if err := os.WriteFile(real, []byte(ugliest), 0o640); err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(real, 0o640)
	if os.Getuid() == 0 {
		if err := os.Chown(real, 1, 1); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := os.Stat(real)
	_ = os.Remove(link)
	if err := os.Symlink("../../dotfiles/aws-config", link); err != nil {
		t.Fatal(err)
	}
	credentials := w.read(".aws/credentials")

	got := w.guise("adopt", "--all", "--keep-keys", "--dry-run")
	if got.code != 0 || !strings.Contains(got.out, "+credential_process = ") || w.read(".aws/config") != ugliest {
		t.Errorf("dry run: %+v", got)
	}
	if got := w.guise("adopt", "--all", "--keep-keys"); got.code != 3 || w.read(".aws/config") != ugliest {
		t.Errorf("nobody agreed: %+v", got)
	}
	if got := w.guise("adopt", "--all", "--keep-keys", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if adopted := w.read(".aws/config"); strings.Count(adopted, "guise credential-process") < 3 {
		t.Errorf("adopted:\n%s", adopted)
	}
	if got := w.guise("adopt", "--all", "--keep-keys", "--yes"); !strings.Contains(got.err, "nothing to do") {
		t.Errorf("the second time: %+v", got)
	}
	if got := w.guise("release", "--all", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if back := w.read(".aws/config"); back != ugliest {
		t.Errorf("came back as\n%q", back)
	}
	if back := w.read(".aws/credentials"); back != credentials {
		t.Errorf("credentials came back as\n%q", back)
	}
	after, _ := os.Stat(real)
	if info, _ := os.Lstat(link); info.Mode()&fs.ModeSymlink == 0 || after.Mode() != before.Mode() ||
		after.Sys().(*syscall.Stat_t).Uid != before.Sys().(*syscall.Stat_t).Uid {
		t.Errorf("link %v, mode %v", info.Mode(), after.Mode())
	}
}

// TestNothingIsHalfWritten: a folder that may not be written, a full disk, a
// file that does not parse: one line, and all as it was.
func TestNothingIsHalfWritten(t *testing.T) {
	besides(t)
	t.Run("broken file", func(t *testing.T) {
		w := newWorld(t)
		w.write(".aws/config", "[profile a\nrole_arn = x\n[profile b]\nregion = y\n")
		before := w.read(".aws/config")
		got := w.guise("adopt", "alice", "--keep-keys", "--yes")
		if got.code != 1 || !strings.Contains(got.err, "line 1: a section header that is not closed") || w.read(".aws/config") != before {
			t.Errorf("%+v", got)
		}
	})
	t.Run("full disk", func(t *testing.T) {
		w := newWorld(t)
		aws := filepath.Join(w.home, ".aws")
		full := mountSmall(t, w, aws)
		config := strings.Repeat("# filler\n", 300) + w.read(".aws/config.saved")
		w.write(".aws/config", config)
		full()
		got := w.guise("adopt", "--all", "--keep-keys", "--yes")
		if got.code != 1 || !strings.Contains(got.err, "no space left") || w.read(".aws/config") != config {
			t.Errorf("%+v", got)
		}
		left, _ := filepath.Glob(filepath.Join(aws, ".guise-tmp-*"))
		if len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
	t.Run("read-only folder", func(t *testing.T) {
		w := newWorld(t)
		before := w.read(".aws/config")
		readOnly(t, filepath.Join(w.home, ".aws"))
		got := w.guise("adopt", "prod", "--yes")
		if got.code != 1 || strings.Count(strings.TrimSpace(got.err), "\n") > 1 || w.read(".aws/config") != before {
			t.Errorf("%+v", got)
		}
	})
}

// mountSmall puts a small disk in the place of a folder, and gives what fills it.
func mountSmall(t *testing.T, w *world, dir string) (fill func()) {
	t.Helper()
	saved, keys := w.read(".aws/config"), w.read(".aws/credentials")
	mount(t, "-t", "tmpfs", "-o", "size=24k", "tmpfs", dir)
	w.write(".aws/config.saved", saved)
	w.write(".aws/credentials", keys)
	return func() {
		f, err := os.Create(filepath.Join(dir, "filler"))
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := f.Write(make([]byte, 512)); err != nil {
				break
			}
		}
		_ = f.Close()
	}
}

func readOnly(t *testing.T, dir string) {
	t.Helper()
	if os.Getuid() != 0 {
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
		return
	}
	mount(t, "--bind", dir, dir)
	if out, err := exec.Command("mount", "-o", "remount,ro,bind", dir).CombinedOutput(); err != nil {
		t.Fatalf("%s %v", out, err)
	}
}

func mount(t *testing.T, args ...string) {
	t.Helper()
	dir := args[len(args)-1]
	need.That(t, exec.Command("mount", args...).Run()) // only root may
	t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
}

// TestSecretStore: access keys and the sealing key in a real Secret Service.
func TestSecretStore(t *testing.T) {
	need.Program(t, "dbus-run-session")
	need.Program(t, "gnome-keyring-daemon")
	w := newWorld(t)
	credentials := w.read(".aws/credentials")
	story := `set -e
echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
guise adopt --all --yes
! grep -q "^aws_secret_access_key" ~/.aws/credentials
guise whoami operator
guise whoami ci
guise cache list
test ! -e ~/.cache/guise/key
guise release --all --yes
guise logout --all
`
	got := w.run([]string{"GUISE_CACHE_KEY=keyring"}, "dbus-run-session", "--", "sh", "-c", story)
	if got.code != 0 || !strings.Contains(got.out, "/Operator/") || !strings.Contains(got.out, ":user/ci") || !strings.Contains(got.err, "the OS keyring") {
		t.Errorf("%+v", got)
	}
	if w.read(".aws/credentials") != credentials {
		t.Errorf("credentials came back as\n%s", w.read(".aws/credentials"))
	}
}

// TestAliasOfAnother: a profile whose credential_process runs guise for another is
// that other one before adopt, after it and after release; a circle of such ends.
func TestAliasOfAnother(t *testing.T) {
	line := "credential_process = " + filepath.Join(binDir, "guise") + " credential-process --profile "
	w := newWorld(t, "\n[profile alias]\n"+line+"deploy\n\n[profile round]\n"+line+"about\n\n[profile about]\n"+line+"round")
	before := w.read(".aws/config")
	is := func(when string) {
		t.Helper()
		if got := w.guise("whoami", "alias"); !strings.Contains(got.out, "assumed-role/Deploy/") {
			t.Errorf("%s: %+v", when, got)
		}
		if got := w.run(nil, "aws", "--profile", "alias", "--region", "eu-west-1", "sts", "get-caller-identity"); !strings.Contains(got.out, "assumed-role/Deploy/") {
			t.Errorf("%s, to the AWS CLI: %+v", when, got)
		}
		if got := w.guise("credential-process", "--profile", "round"); got.code != 1 || !strings.Contains(got.err, "would never end") {
			t.Errorf("%s: %+v", when, got)
		}
	}
	is("before")
	if got := w.guise("adopt", "--yes", "alias"); got.code != 0 || !strings.Contains(w.read(".aws/config"), "\nguise_"+line+"deploy\n") {
		t.Fatalf("%+v", got)
	}
	is("managed")
	if got := w.guise("release", "--yes", "alias"); got.code != 0 || w.read(".aws/config") != before {
		t.Fatalf("%+v", got)
	}
	is("released")
}
