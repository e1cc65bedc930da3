package export

// A document is what the report is made of. It knows no form: a writer of each form
// escapes every text, because any of them may hold what an attacker chose.
type document struct {
	title     string
	generated string // the one line that differs between two reports of the same case
	blocks    []block
}

// A block is one of heading, paragraph, list, facts, table and code.
type block any

type (
	// heading begins a section; badge is a severity beside it.
	heading struct {
		level       int // 2 is a section, 3 a part of one
		text, badge string
	}
	// paragraph may have several lines.
	paragraph struct {
		text  string
		aside bool // said about the report, not about the case
	}
	list  struct{ items []string }
	facts struct{ rows [][2]string } // name and value; without a value, left out
	table struct {
		head []string
		rows [][]string
	}
	code struct{ text string }
)

func (d *document) add(blocks ...block) { d.blocks = append(d.blocks, blocks...) }

func (d *document) section(title string) { d.add(heading{level: 2, text: title}) }

// say adds a paragraph of the report's own words.
func (d *document) say(text string) { d.add(paragraph{text: text, aside: true}) }
