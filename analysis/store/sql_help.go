package store

import "context"

// Completion is how a statement can go on: Text replaces what stands from byte Start on.
type Completion struct {
	Text  string
	Start int
	Kind  string // "" where the engine does not say
}

// Described asks for the views that queries can read, a row a column.
func Described() Question { return Question{SQL: question("described")} }

// Complete returns how text can go on at its end, best first. The engine's parser knows
// what may stand there; it runs nothing.
func (r *Reader) Complete(ctx context.Context, text string) ([]Completion, error) {
	rows, err := r.conn.QueryContext(ctx, question("complete_sql"), text)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []Completion
	for rows.Next() {
		var c Completion
		if err := rows.Scan(&c.Text, &c.Start); err != nil {
			return nil, translate(err)
		}
		all = append(all, c)
	}
	return all, translate(rows.Err())
}
