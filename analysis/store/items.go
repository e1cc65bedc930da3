package store

import (
	"context"
	"encoding/binary"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/zeebo/xxh3"

	"github.com/trailbench/trailbench/analysis"
)

// AWS Config repeats itself: a snapshot has every resource again, changed or not. What an
// item says is stored once, and a few bytes for every delivery of it.

// itemDelivery is an item as it stands in an object.
type itemDelivery struct {
	no int32
	ItemRow
}

// itemKey is the same for two items that say the same. Two that differ, though they are
// of one resource and one time, are both kept: view configuration_items shows one of them
// and that there is another.
func itemKey(i *analysis.ConfigurationItem) xxh3.Uint128 {
	k := keyBuilder{make([]byte, 0, len(i.Config)+512)}
	k.add(i.Resource.AccountID, i.Resource.Region, i.Resource.Type, i.Resource.ID, i.Resource.ARN, i.Name, i.Status, i.StateID, i.Config)
	k.buf = binary.LittleEndian.AppendUint64(k.buf, uint64(i.CapturedAt.UnixMicro()))
	return xxh3.Hash128(k.buf)
}

func (w *Writer) insertItems(ctx context.Context, items []ItemRow) error {
	if len(items) == 0 {
		return nil
	}
	rows := make([]itemDelivery, len(items))
	for i, r := range items {
		rows[i] = itemDelivery{w.items.id(r.key, r.ConfigurationItem), r}
	}
	if err := w.items.flush(ctx, w.tx); err != nil {
		return err
	}
	return w.deliveries.insert(ctx, w.tx, rows)
}

func itemColumns() []column[dimensionRow[*analysis.ConfigurationItem]] {
	type row = dimensionRow[*analysis.ConfigurationItem]
	text := func(name string, get func(*analysis.ConfigurationItem) string) column[row] {
		return textColumn(name, func(r row) string { return get(r.value) })
	}
	type item = *analysis.ConfigurationItem
	return []column[row]{
		numberColumn("item_no", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.id, true }),
		uuidColumn("item_hash", func(r row) *duckdb.UUID { return r.hash }),
		text("resource_type", func(i item) string { return i.Resource.Type }),
		text("resource_id", func(i item) string { return i.Resource.ID }),
		text("resource_name", func(i item) string { return i.Name }),
		text("resource_arn", func(i item) string { return i.Resource.ARN }),
		text("account_id", func(i item) string { return i.Resource.AccountID }),
		text("region", func(i item) string { return i.Resource.Region }),
		microsColumn("captured_at", func(r row) (int64, bool) { return micros(r.value.CapturedAt) }),
		text("status", func(i item) string { return i.Status }),
		text("state_id", func(i item) string { return i.StateID }),
		text("look_key", func(i item) string { return i.Key }),
		text("look_type", func(i item) string { return i.Look.Type }),
		text("look_id", func(i item) string { return i.Look.ID }),
		text("look_region", func(i item) string { return i.Look.Region }),
		text("config", func(i item) string { return i.Config }),
	}
}

func deliveryColumns() []column[itemDelivery] {
	type row = itemDelivery
	return []column[row]{
		numberColumn("item_no", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.no, true }),
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.Object.id, true }),
		numberColumn("item_number", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.RecordNumber), true }),
		numberColumn("item_offset", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.Offset, true }),
		numberColumn("item_length", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.Length), true }),
		triColumn("damaged", func(r row) int8 { return tri(r.Damaged) }),
	}
}
