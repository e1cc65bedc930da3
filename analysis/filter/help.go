package filter

// Row describes one field or flag of a table.
type Row struct {
	Name      string   // as a filter writes it; JSON columns with the dot of their paths
	Aliases   []string // other names it answers to
	Kind      string   // "flag" for flags
	Operators []Op
	Columns   []string // columns or SQL that it stands for
	Values    []string // the values of an enum, suggestions for other kinds
	FreeText  bool     // text without a field is looked for here
	Help      string
	Example   string
}

// Help describes every field of a table, then every flag.
func Help(t Table) []Row {
	var rows []Row
	for _, f := range t.Fields {
		aliases := f.Aliases
		if f.Kind == JSON {
			aliases = append([]string{f.Name}, aliases...)
		}
		rows = append(rows, Row{f.shown(), aliases, f.Kind.String(), f.Operators(), f.Columns, f.Values, f.FreeText, f.Help, f.Example})
	}
	for _, f := range t.Flags {
		rows = append(rows, Row{Name: f.Name, Aliases: f.Aliases, Kind: "flag", Columns: []string{f.SQL}, Help: f.Help, Example: f.Name})
	}
	return rows
}
