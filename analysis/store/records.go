package store

import "context"

// AnnotatedEvents asks for all events under where with two columns more, tags and note:
// what the analyst and the detections said of each. Without a case file they are empty.
func (r *Reader) AnnotatedEvents(where Condition) Question {
	annotations := "SELECT CAST(NULL AS VARCHAR) AS event_id, CAST(NULL AS VARCHAR[]) AS tags, CAST(NULL AS VARCHAR) AS note"
	if r.noted {
		annotations = question("annotations")
	}
	q := Question{SQL: question("annotated_events")}.over("annotations AS (\n"+annotations+"\n)", nil)
	return q.Where("events", where)
}

// RecordPlace is where the record of an event stands.
type RecordPlace struct {
	ObjectID int32
	Length   int32
	Offset   int64 // in the decompressed object
}

// ObjectRecords are the records of one object, in the order in which they stand in it.
type ObjectRecords struct {
	URI     string
	HasBody bool // its bytes are in the case
	Places  []RecordPlace
}

// Records returns where the records of the events under where stand, object by object.
func (r *Reader) Records(ctx context.Context, where Condition) ([]ObjectRecords, error) {
	q := Question{SQL: question("record_places")}.Where("events", where)
	rows, err := r.conn.QueryContext(ctx, q.SQL, q.Args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []ObjectRecords
	for rows.Next() {
		var p RecordPlace
		var o ObjectRecords
		if err := rows.Scan(&p.ObjectID, &p.Offset, &p.Length, &o.HasBody, &o.URI); err != nil {
			return nil, translate(err)
		}
		if n := len(all); n == 0 || all[n-1].Places[0].ObjectID != p.ObjectID {
			all = append(all, o)
		}
		last := &all[len(all)-1]
		last.Places = append(last.Places, p)
	}
	return all, translate(rows.Err())
}
