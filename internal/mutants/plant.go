package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// A mutant is one small change to the code.
type mutant struct {
	id    int    // from 1, in the order of the files and of the places in them
	file  string // its base name
	line  int
	where string // the function, such as Store.Get
	was   string // the code
	is    string // what it is changed to; "removed"
}

const removed = "removed"

// name tells the mutants of a package apart, and stays the same when lines move.
func (m mutant) name() string {
	return fmt.Sprintf("%s %s: `%s` → %s", m.file, m.where, m.was, m.is)
}

// The changes are planted all at once, so that a package is built once: each asks at
// run time whether it is the one that is tried. These are the functions that it asks.
const support = `
import ("os"; "strconv"; "sync"; "fmt")

var (
	mutantTried, _ = strconv.Atoi(os.Getenv("MUTANT"))
	mutantLog, _   = os.OpenFile(os.Getenv("MUTANTS_REACHED"), os.O_WRONLY|os.O_APPEND, 0)
	mutantsReached sync.Map
)

func mutantIs(id int) bool {
	if mutantLog != nil {
		if _, known := mutantsReached.LoadOrStore(id, true); !known {
			fmt.Fprintln(mutantLog, id)
		}
	}
	return id == mutantTried
}

func mutantLogic(id int, and bool, x bool, y func() bool) bool {
	if mutantIs(id) {
		and = !and
	}
	return and && x && y() || !and && (x || y())
}

func mutantNumber[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64](id int, was, is string, x, y T) T {
	if mutantIs(id) {
		was = is
	}
	switch was {
	case "+": return x + y
	case "-": return x - y
	case "*": return x * y
	}
	return x / y
}
`

// A planter makes the mutants of one file.
type planter struct {
	file *token.File
	src  []byte
	info *types.Info
	next int // id

	where string
	all   []mutant
	edits []edit
}

// An edit puts text in the place of a piece of the source.
type edit struct {
	from, to int
	text     string
}

// plant returns the mutants of a file, numbered from first, and the file with all of
// them in it.
func plant(files *token.FileSet, f *ast.File, src []byte, info *types.Info, first int) ([]mutant, []byte) {
	p := &planter{file: files.File(f.Pos()), src: src, info: info, next: first}
	for _, decl := range f.Decls {
		p.where = "package"
		if fn, ok := decl.(*ast.FuncDecl); ok {
			p.where = funcName(fn)
		}
		ast.Inspect(decl, p.node)
	}
	return p.all, p.edited()
}

func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	return types.ExprString(t) + "." + fn.Name.Name
}

// node plants what a node of the syntax tree offers, the outer before the inner.
func (p *planter) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl:
		return n.Tok == token.VAR
	case *ast.BlockStmt:
		p.statements(n.List)
	case *ast.CaseClause:
		p.statements(n.Body)
	case *ast.CommClause:
		p.statements(n.Body)
	case *ast.IfStmt:
		if !p.constant(n.Cond) {
			id := p.add(n.Cond, "if "+p.text(n.Cond), "if false")
			p.around(n.Cond, "(", fmt.Sprintf(") && !mutantIs(%d)", id))
		}
	case *ast.UnaryExpr:
		p.unary(n)
	case *ast.BinaryExpr:
		if !p.constant(n) {
			p.binary(n)
		}
	case *ast.IncDecStmt:
		was, is := "+", "-"
		if n.Tok == token.DEC {
			was, is = is, was
		}
		x := p.text(n.X)
		id := p.add(n, x+was+was, x+is+is)
		p.edits = append(p.edits, edit{p.at(n.Pos()), p.at(n.End()), fmt.Sprintf("%s = mutantNumber(%d, %q, %q, %s, 1)", x, id, was, is, x)})
		return false
	}
	return true
}

// statements plants the removal of calls and assignments.
func (p *planter) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if call, ok := s.X.(*ast.CallExpr); ok && types.ExprString(call.Fun) == "panic" {
				continue // a function may end with it
			}
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				continue
			}
		case *ast.DeferStmt, *ast.GoStmt, *ast.SendStmt:
		default:
			continue
		}
		id := p.add(s, p.text(s), removed)
		p.around(s, fmt.Sprintf("if !mutantIs(%d) { ", id), " }")
	}
}

func (p *planter) unary(n *ast.UnaryExpr) {
	switch {
	case n.Op == token.NOT:
		id := p.add(n, p.text(n), p.text(n.X))
		p.around(n, "((", fmt.Sprintf(") != mutantIs(%d))", id))
	case n.Op == token.SUB && !p.constant(n):
		id := p.add(n, p.text(n), p.text(n.X))
		p.around(n, fmt.Sprintf("mutantNumber(%d, %q, %q, 0, ", id, "+", "-"), ")")
	}
}

func (p *planter) binary(n *ast.BinaryExpr) {
	x, y := p.text(n.X), p.text(n.Y)
	with := func(op token.Token) int {
		return p.add(n, x+" "+n.Op.String()+" "+y, x+" "+op.String()+" "+y)
	}
	switch n.Op {
	case token.LAND, token.LOR:
		other := token.LAND + token.LOR - n.Op
		p.around(n, fmt.Sprintf("mutantLogic(%d, %v, ", with(other), n.Op == token.LAND), ") })")
		p.operator(n, ", func() bool { return (")
	case token.EQL, token.NEQ:
		other := token.EQL + token.NEQ - n.Op
		p.around(n, "((", fmt.Sprintf(") != mutantIs(%d))", with(other)))
	case token.LSS, token.GTR: // strict
		wider, opposite := token.LEQ, token.GEQ
		if n.Op == token.GTR {
			wider, opposite = opposite, wider
		}
		p.around(n, "((", fmt.Sprintf(" || mutantIs(%d) && (%s) == (%s)) != mutantIs(%d))", with(wider), p.source(n.X), p.source(n.Y), with(opposite)))
	case token.LEQ, token.GEQ:
		narrower, opposite := token.LSS, token.GTR
		if n.Op == token.GEQ {
			narrower, opposite = opposite, narrower
		}
		p.around(n, "((", fmt.Sprintf(" && !(mutantIs(%d) && (%s) == (%s))) != mutantIs(%d))", with(narrower), p.source(n.X), p.source(n.Y), with(opposite)))
	case token.ADD, token.SUB, token.MUL, token.QUO:
		if basic, ok := p.info.TypeOf(n).Underlying().(*types.Basic); !ok || basic.Info()&types.IsNumeric == 0 {
			return // text
		}
		other := map[token.Token]token.Token{token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL}[n.Op]
		p.around(n, fmt.Sprintf("mutantNumber(%d, %q, %q, ", with(other), n.Op, other), ")")
		p.operator(n, ", ")
	}
}

// constant reports whether the compiler knows the value already: a size, a name, or
// which system this is.
func (p *planter) constant(x ast.Expr) bool { return p.info.Types[x].Value != nil }

func (p *planter) add(n ast.Node, was, is string) int {
	if is != removed {
		is = "`" + is + "`"
	}
	m := mutant{id: p.next, file: filepath.Base(p.file.Name()), line: p.file.Line(n.Pos()), where: p.where, was: was, is: is}
	for again := 2; slices.ContainsFunc(p.all, func(o mutant) bool { return o.name() == m.name() }); again++ {
		m.is = fmt.Sprintf("%s (%d)", is, again)
	}
	p.all = append(p.all, m)
	p.next++
	return m.id
}

func (p *planter) at(pos token.Pos) int { return p.file.Offset(pos) }

func (p *planter) source(n ast.Node) string { return string(p.src[p.at(n.Pos()):p.at(n.End())]) }

// text is the source in one line, to be shown between backquotes.
func (p *planter) text(n ast.Node) string {
	s := strings.ReplaceAll(strings.Join(strings.Fields(p.source(n)), " "), "`", "'")
	if len(s) > 100 {
		s = strings.ToValidUTF8(s[:100], "") + "…"
	}
	return s
}

// around puts text before and after a node. Of two nodes that begin or end at one
// place the one that comes first is the outer.
func (p *planter) around(n ast.Node, before, after string) {
	from, to := p.at(n.Pos()), p.at(n.End())
	p.edits = append(p.edits, edit{from, from, before})
	// Found from the end: see edited.
	p.edits = append(p.edits, edit{to, -1, after})
}

func (p *planter) operator(n *ast.BinaryExpr, text string) {
	from := p.at(n.OpPos)
	p.edits = append(p.edits, edit{from, from + len(n.Op.String()), text})
}

// edited returns the source with the edits.
func (p *planter) edited() []byte {
	var ends, others []edit
	for _, e := range p.edits {
		if e.to < 0 {
			ends = append(ends, edit{e.from, e.from, e.text})
		} else {
			others = append(others, e)
		}
	}
	slices.Reverse(ends) // what was opened last is closed first
	all := append(ends, others...)
	slices.SortStableFunc(all, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out bytes.Buffer
	done := 0
	for _, e := range all {
		out.Write(p.src[done:e.from])
		out.WriteString(e.text)
		done = e.to
	}
	out.Write(p.src[done:])
	return out.Bytes()
}
