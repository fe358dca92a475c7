package loopback

import (
	"encoding/base64"
	"net/http"
	"text/template"
)

// The pages that a browser sees. Each has one form, and does nothing by itself.

// All that is put in is escaped by "html". (html/template would do so by itself, and
// costs each start of guise.)
const pageTemplate = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{html .Title}}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color-scheme:light dark}
button,input{font:inherit;padding:.4rem 1rem;margin:.2rem .4rem .2rem 0}code{font-size:1.4rem}</style>
<h1>{{html .Title}}</h1><p>{{html .Text}}</p>{{with .Code}}<p><code>{{html .}}</code></p>{{end}}
{{with .Form}}<form method="post" action="{{html .Action}}">{{range $name, $value := .Hidden}}<input type="hidden" name="{{html $name}}" value="{{html $value}}">{{end}}
{{if .Who}}<p><label>User <input name="user" autofocus onfocus="document.title+=': who?'"></label></p>{{end}}
{{if .Login}}<p><label>User <input name="user" value="alice"></label> <label>Password <input name="password" type="password" autofocus onfocus="document.title+=': your password'"></label></p>{{end}}
{{$first := not (or .Login .Who)}}{{range $i, $b := .Buttons}}<button name="decision" value="{{html $b}}"{{if and $first (eq $i 0)}} autofocus onfocus="document.title+=': {{html $b}}?'"{{end}}>{{html $b}}</button>{{end}}</form>
<script>onclick=e=>e.target.form||document.querySelector('[autofocus]')?.focus()</script>{{end}}
{{if .Submit}}<script>document.forms[0].submit()</script>{{end}}
`

type page struct {
	Title, Text, Code string
	Form              *pageForm
	Submit            bool // by itself, as identity providers do
}

type pageForm struct {
	Action  string
	Hidden  map[string]string
	Login   bool // asks for a user and a password
	Who     bool // asks for a user
	Buttons []string
}

func show(w http.ResponseWriter, status int, p page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	t, err := template.New("page").Parse(pageTemplate)
	if err == nil {
		_ = t.Execute(w, p)
	}
}

// servePage answers a browser, if the path is one of a page.
func (a *AWS) servePage(w http.ResponseWriter, r *http.Request) bool {
	switch r.Method + " " + r.URL.Path {
	case "GET /authorize", "GET /v1/authorize":
		ticket, problem := a.authorize(r, r.URL.Path == "/v1/authorize")
		if problem != "" {
			show(w, http.StatusBadRequest, page{Title: "The demo's sign-in", Text: "This request is wrong: " + problem})
			return true
		}
		show(w, http.StatusOK, page{
			Title: "The demo's sign-in" + asPerson(a.personAt(r)), Text: "guise asks for access to the demo's organisation" + asPerson(a.personAt(r)) + ". Nothing here is real.",
			Form: &pageForm{Action: "/decide", Hidden: map[string]string{"ticket": ticket}, Who: a.personAt(r) == "", Buttons: []string{allow, deny}},
		})
	case "GET " + confirmation:
		q := r.URL.Query()
		ends := "state=" + q.Get("state") + "&code=" + q.Get("code")
		if q.Has("error") {
			show(w, http.StatusBadRequest, page{Title: "The demo's sign-in", Text: "It was refused."})
			return true
		}
		show(w, http.StatusOK, page{
			Title: "The demo's sign-in", Text: "Type this into your terminal:", Code: base64.StdEncoding.EncodeToString([]byte(ends)),
		})
	case "GET /device":
		code := r.URL.Query().Get("user_code")
		show(w, http.StatusOK, page{
			Title: "The demo's sign-in" + asPerson(a.personAt(r)), Text: "Is this the code that your terminal shows?", Code: code,
			Form: &pageForm{Action: "/decide", Hidden: map[string]string{"ticket": code}, Who: a.personAt(r) == "", Buttons: []string{allow, deny}},
		})
	case "POST /decide":
		who := a.personAt(r)
		if typed := r.PostFormValue("user"); who == "" && typed != "" {
			who = typed
			http.SetCookie(w, &http.Cookie{Name: personCookie, Value: who, Path: "/", MaxAge: 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode}) //nolint:gosec // also over http
		}
		next, ok := a.decide(r.PostFormValue("ticket"), r.PostFormValue("decision"), who)
		switch {
		case !ok:
			show(w, http.StatusBadRequest, page{Title: "The demo's sign-in", Text: "This sign-in is over."})
		case next != "":
			http.Redirect(w, r, next, http.StatusSeeOther)
		default:
			show(w, http.StatusOK, page{Title: "The demo's sign-in", Text: "Done: back to the terminal."})
		}
	case "GET /start":
		show(w, http.StatusOK, page{Title: "The demo's access portal", Text: "Its accounts are opened by guise: guise sso sync demo"})
	case "GET /idp", "POST /idp":
		a.serveIDP(w, r)
	case "POST /saml":
		a.note("SAMLPost")
		show(w, http.StatusOK, page{Title: "AWS", Text: "The assertion has come to AWS."})
	case "GET /console":
		a.serveConsole(w, r)
	default:
		return false
	}
	return true
}

func asPerson(who string) string {
	if who == "" {
		return ""
	}
	return ", as " + who
}

func (a *AWS) note(action string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, Call{At: a.clock(), Action: action})
}
