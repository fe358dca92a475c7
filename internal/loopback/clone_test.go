package loopback

import (
	"reflect"
	"testing"
	"time"
)

// TestClone: every field is copied, and no map or pointer is shared.
func TestClone(t *testing.T) {
	a, _ := DemoWorld(time.Now)
	a.SetSkew(time.Hour)
	b := a.Clone()
	x, y := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range x.NumField() {
		name := x.Type().Field(i).Name
		switch one, other := x.Field(i), y.Field(i); one.Kind() {
		case reflect.Map:
			if one.Len() != other.Len() || one.Len() > 0 && one.Pointer() == other.Pointer() {
				t.Errorf("%s: %d and %d entries, or shared", name, one.Len(), other.Len())
			}
		case reflect.Func, reflect.Struct:
		default:
			if one.IsZero() != other.IsZero() {
				t.Errorf("%s is not copied", name)
			}
		}
	}
	for id := range a.keys {
		b.RemoveKey(id)
		if a.keys[id] == nil {
			t.Error("a key was removed from both")
		}
	}
}
