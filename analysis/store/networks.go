package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/trailbench/trailbench/analysis"
)

// networksPiece is how many rows of networks are handed to the engine at a time.
const networksPiece = 10000

// Addresses returns every source address of the case, and every service that stands in
// the place of one, in order.
func (s *Store) Addresses(ctx context.Context) (all []string, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT source_ip FROM ev.clients WHERE source_ip IS NOT NULL ORDER BY source_ip")
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var address string
		if err := rows.Scan(&address); err != nil {
			return nil, translate(err)
		}
		all = append(all, address)
	}
	return all, translate(rows.Err())
}

// ShowNetworks makes what is known of addresses the view networks of every reader from
// now on. It is kept in memory, never in the case.
func (s *Store) ShowNetworks(ctx context.Context, known iter.Seq2[string, analysis.Network]) (err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	shown := s.networks.Load() + 1
	table := networksTable(shown)
	if _, err := conn.ExecContext(ctx, "CREATE OR REPLACE TABLE "+table+" AS "+question("networks_none")); err != nil {
		return translate(err)
	}
	var piece []map[string]any
	add := func() error {
		text, err := json.Marshal(piece)
		if err != nil {
			return err
		}
		piece = piece[:0]
		_, err = conn.ExecContext(ctx, "INSERT INTO "+table+" "+question("networks_rows"), string(text))
		return translate(err)
	}
	for address, n := range known {
		piece = append(piece, map[string]any{
			"source_ip": address, "tag": n.Tag, "service": n.Service, "asn": n.ASN, "as_name": n.ASName,
			"country": n.Country, "city": n.City, "private": n.Private,
		})
		if len(piece) == networksPiece {
			if err := add(); err != nil {
				return fmt.Errorf("show networks: %w", err)
			}
		}
	}
	if err := add(); err != nil {
		return fmt.Errorf("show networks: %w", err)
	}
	s.networks.Store(shown)
	return nil
}

func networksTable(shown int64) string { return fmt.Sprintf("memory.main.networks_%d", shown) }

// seeNetworks puts the networks that are shown in front of the empty view, which old
// evidence does not have.
func (s *Store) seeNetworks(ctx context.Context, conn *sql.Conn) error {
	view := ""
	if shown := s.networks.Load(); shown > 0 {
		view = "FROM " + networksTable(shown)
	} else if s.lacks {
		view = question("networks_none")
	}
	if view == "" {
		return nil
	}
	_, err := conn.ExecContext(ctx, "CREATE OR REPLACE TEMP VIEW networks AS "+view)
	return translate(err)
}
