package terminaltest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// Screen is what a terminal shows.
type Screen struct {
	Columns int
	Lines   []string // as they stand under each other, without the spaces at their ends
	Joined  []string // the same, where a line that did not fit and goes on below is one
}

// String is the screen for eyes.
func (s Screen) String() string { return strings.Join(s.Lines, "\n") + "\n" }

// Without leaves out the lines that a pattern fits, with what goes on below of one that did
// not fit into the terminal.
func (s Screen) Without(pattern *regexp.Regexp) Screen {
	s.Lines, s.Joined = slices.Clone(s.Lines), slices.Clone(s.Joined)
	row := 0
	for i, line := range s.Joined {
		first, rest := row, strings.TrimSpace(line)
		for row = min(row+1, len(s.Lines)); ; row++ {
			rest = strings.TrimSpace(strings.TrimPrefix(rest, strings.TrimSpace(s.Lines[row-1])))
			if rest == "" || row == len(s.Lines) {
				break
			}
		}
		if pattern.MatchString(line) {
			s.Joined[i] = ""
			clear(s.Lines[first:row])
		}
	}
	return s
}

// Misplaced says what is wrong with how a screen is laid out, whatever is on it: lines
// that the terminal had to wrap, boxes whose lines do not meet, columns of a table that do
// not stand under their heading. Nothing where nothing is.
func (s Screen) Misplaced() []string {
	var wrong []string
	for _, line := range s.Joined {
		if line = strings.TrimRight(line, " "); uniseg.StringWidth(line) > s.Columns {
			wrong = append(wrong, fmt.Sprintf("%d columns wide: %s", uniseg.StringWidth(line), line))
		}
	}
	grid := make([][]string, len(s.Lines))
	for i, line := range s.Lines {
		grid[i] = cells(line)
	}
	return slices.Concat(wrong, openBoxes(grid), crookedColumns(grid))
}

// cells is a line by its columns: a wide character has an empty cell after it.
func cells(line string) []string {
	var all []string
	for g := uniseg.NewGraphemes(line); g.Next(); {
		all = append(all, g.Str())
		for range g.Width() - 1 {
			all = append(all, "")
		}
	}
	return all
}

// at is a cell of a grid: a space where there is none.
func at(grid [][]string, row, column int) string {
	if row < 0 || row >= len(grid) || column < 0 || column >= len(grid[row]) {
		return " "
	}
	return grid[row][column]
}

const (
	topLeft, topRight       = "╭┌", "╮┐"
	bottomLeft, bottomRight = "╰└", "╯┘"
	uprights                = "│┃├┤"
)

func is(cell, set string) bool { return cell != "" && strings.Contains(set, cell) }

// openBoxes names the corners that belong to no whole box.
func openBoxes(grid [][]string) (wrong []string) {
	closed := map[[2]int]bool{}
	for y := range grid {
		for x := range grid[y] {
			if is(grid[y][x], topLeft) {
				for _, corner := range box(grid, y, x) {
					closed[corner] = true
				}
			}
		}
	}
	for y := range grid {
		for x := range grid[y] {
			if is(grid[y][x], topLeft+topRight+bottomLeft+bottomRight) && !closed[[2]int{y, x}] {
				wrong = append(wrong, fmt.Sprintf("the box of the %s in line %d, column %d is not whole", grid[y][x], y+1, x+1))
			}
		}
	}
	return wrong
}

// box follows the lines of a box from its upper left corner; nil where they do not meet.
func box(grid [][]string, y, x int) [][2]int {
	right := x + 1
	for right < len(grid[y]) && !is(grid[y][right], topRight) {
		right++
	}
	for below := y + 1; below < len(grid); below++ {
		left, other := at(grid, below, x), at(grid, below, right)
		switch {
		case is(left, uprights) && is(other, uprights):
		case is(left, bottomLeft) && is(other, bottomRight):
			return [][2]int{{y, x}, {y, right}, {below, x}, {below, right}}
		default:
			return nil
		}
	}
	return nil
}

// crookedColumns names rows of tables whose cells do not stand under their heading. A table
// is a line of two headings or more in capitals, and the lines below it up to one without a word.
func crookedColumns(grid [][]string) (wrong []string) {
	heading := regexp.MustCompile(`^\W*[A-Z][A-Z ]*( {2,}[A-Z][A-Z ]*)+\W*$`)
	var starts []int
	for y, row := range grid {
		line := strings.Join(row, "")
		switch {
		case heading.MatchString(line):
			starts = columns(row)
			continue
		case len(strings.FieldsFunc(line, between)) == 0, strings.HasPrefix(line, "guise: "):
			starts = nil
		}
		for _, x := range starts {
			if before := at(grid, y, x-1); before != " " {
				wrong = append(wrong, fmt.Sprintf("no gap before column %d: %s", x+1, line))
				break
			}
		}
	}
	return wrong
}

// columns is where the words of a heading begin, but the first.
func columns(row []string) (starts []int) {
	for x := 2; x < len(row); x++ {
		if row[x] != " " && row[x-1] == " " && row[x-2] == " " && strings.TrimSpace(strings.Join(row[:x], "")) != "" && row[x] >= "A" && row[x] <= "Z" {
			starts = append(starts, x)
		}
	}
	return starts
}
