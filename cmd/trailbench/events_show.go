package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/cloudtrail"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

type eventsShowOptions struct {
	raw bool
}

func newEventsShowCommand(a *app) *cobra.Command {
	var opt eventsShowOptions
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one event",
		Long: "Show one event: who, what, from where, with which result, the resources it names, its parameters with policy " +
			"documents unfolded, and every copy of it that was delivered. The first characters of the ID are enough where they name " +
			"one event. --raw prints the record byte for byte as it was delivered.",
		Example: `trailbench events show 26136bad-fc17-486d-88a5-9aeeb2f78dc3
trailbench events show 26136bad --raw
trailbench events show 26136bad --json`,
		Args:              needArgs(1, 1, "one event ID"),
		ValidArgsFunction: a.completeArg("event_id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEventsShow(cmd.Context(), a, opt, args[0])
		},
	}
	cmd.Flags().BoolVar(&opt.raw, "raw", false, "the record exactly as delivered")
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runEventsShow(ctx context.Context, a *app, opt eventsShowOptions, id string) error {
	return a.read(ctx, func(r *store.Reader) error {
		id, err := wholeID(ctx, r, id)
		if err != nil {
			return err
		}
		copies, err := r.Deliveries(ctx, id)
		if err != nil {
			if errors.Is(err, analysis.ErrNotFound) {
				return analysis.WithHint(err, "trailbench events lists the event ids")
			}
			return err
		}
		if opt.raw {
			return a.rawRecord(ctx, r, copies)
		}
		q := store.EventByID(store.EventFields(), id)
		if n, err := r.Count(ctx, q); err != nil {
			return err
		} else if n == 0 {
			q = store.AggregatedByID(id)
		}
		if a.format() != "table" && a.format() != "tsv" || len(a.flags.fields) > 0 {
			return a.answer(ctx, r, q)
		}
		event, err := a.ask(ctx, r, q)
		if err != nil {
			return err
		}
		if len(event.rows) == 0 {
			return analysis.WithHint(fmt.Errorf("event %s: %w in this scope", id, analysis.ErrNotFound), "leave --since, --until, --account and --region out")
		}
		resources, err := a.ask(ctx, r, store.ResourcesOf(id))
		if err != nil {
			return err
		}
		return a.drawEvent(event, resources, copies)
	})
}

// wholeID completes the beginning of an event id, as tables show it.
func wholeID(ctx context.Context, r *store.Reader, id string) (string, error) {
	found, err := r.EventIDs(ctx, id, 5)
	switch {
	case err != nil:
		return "", err
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return "", analysis.WithHint(usagef("%s begins several event ids", id), "give more of it: "+strings.Join(found, ", "))
	}
	return id, nil
}

// rawRecord prints the bytes of the copy that was kept, or of the next best one whose
// object the case still has.
func (a *app) rawRecord(ctx context.Context, r *store.Reader, copies []store.Delivery) error {
	for _, c := range copies {
		if !c.HasBody {
			continue
		}
		if !c.Kept {
			a.note("this is another copy of the event, from %s: the object of the one kept is not in the case", c.URI)
		}
		body, err := r.Body(ctx, c.ObjectID)
		if err != nil {
			return err
		}
		record, err := cloudtrail.RecordAt(body, c.Offset, c.Length)
		if err != nil {
			return fmt.Errorf("read record %d of %s: %w", c.RecordNumber, c.URI, err)
		}
		if isTerminal(a.out) {
			// A terminal would act on what an attacker wrote; files and pipes get the bytes.
			_, err = fmt.Fprintln(a.out, strings.ReplaceAll(analysis.Clean(string(record)), `\n`, "\n"))
			return err
		}
		_, err = a.out.Write(record)
		return err
	}
	err := fmt.Errorf("the bytes of the record are not in the case: %w", analysis.ErrNotFound)
	return analysis.WithHint(err, fmt.Sprintf("it was made with --no-bodies; the record is number %d of %s, %d bytes at offset %d of the decompressed object",
		copies[0].RecordNumber, copies[0].URI, copies[0].Length, copies[0].Offset))
}

// completeArg completes the first argument with values of a field.
func (a *app) completeArg(field string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 || len(typed) < 2 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return a.completeField(field)(cmd, args, typed)
	}
}

// eventGroup is a paragraph of a shown event.
type eventGroup struct {
	title  string
	fields []string
}

func eventGroups() []eventGroup {
	return []eventGroup{
		{"what", []string{"event_time", "operation", "event_name", "event_source", "event_type", "event_category", "account_id", "region", "read_only", "management_event", "api_version"}},
		{"result", []string{"error_code", "error_message", "issued_access_key_id"}},
		{"who", []string{"principal_arn", "identity_arn", "identity_type", "session_name", "access_key_id", "caller_account_id", "invoked_by", "mfa_authenticated", "session_created", "session_from_console", "source_identity"}},
		{"from", []string{"source_ip", "user_agent", "vpc_endpoint_id", "tls_details"}},
		{"parameters", []string{"request_parameters", "response_elements", "additional_event_data", "service_event_details", "insight_details", "resources", "extra_fields"}},
		{"identity as logged", []string{"user_identity"}},
		{"ids", []string{"event_id", "request_id", "shared_event_id", "event_version"}},
		{"aggregate", []string{"window_start", "window_end", "summary"}},
	}
}

// drawEvent prints an event in paragraphs; what the record does not have is left out.
func (a *app) drawEvent(event, resources *list, copies []store.Delivery) error {
	p := a.paint(a.out)
	text := export.Text{Zone: a.zone()}
	row := event.rows[0]
	for _, g := range eventGroups() {
		title := true
		for _, name := range g.fields {
			i := event.column(name)
			if i < 0 || row[i] == nil {
				continue
			}
			if title {
				fmt.Fprintln(a.out, p.as(styleHead, strings.ToUpper(g.title)))
				title = false
			}
			value := text.Plain(row[i])
			if event.columns[i].Kind == store.JSON {
				fmt.Fprintf(a.out, "  %s\n%s\n", name, indentJSON(value, "    "))
				continue
			}
			style := style("")
			if name == "error_code" || name == "error_message" {
				style = styleBad
			}
			fmt.Fprintf(a.out, "  %-22s %s\n", name, p.as(style, analysis.Clean(value)))
		}
		if g.title == "result" && title && event.column("error_code") >= 0 {
			fmt.Fprintf(a.out, "%s\n  no error\n", p.as(styleHead, "RESULT"))
		}
	}
	if len(resources.rows) > 0 {
		fmt.Fprintln(a.out, p.as(styleHead, "RESOURCES"))
		for _, r := range resources.rows {
			fmt.Fprintf(a.out, "  %-10s %-28s %s\n", text.Plain(r[0]), analysis.Clean(text.Plain(r[1])), analysis.Clean(text.Plain(r[2])))
		}
	}
	fmt.Fprintln(a.out, p.as(styleHead, "DELIVERED"))
	for _, c := range copies {
		fmt.Fprintf(a.out, "  record %d of %s\n", c.RecordNumber, analysis.Clean(c.URI))
		var marks []string
		if !c.DeliveredAt.IsZero() {
			marks = append(marks, "delivered "+text.Plain(c.DeliveredAt))
		}
		if c.SHA256 != "" {
			marks = append(marks, "sha256 "+c.SHA256)
		}
		if c.ObjectStatus != string(analysis.StatusOK) {
			marks = append(marks, p.as(styleBad, "object "+c.ObjectStatus))
		}
		if c.Differs {
			marks = append(marks, p.as(styleBad, "its values differ from those shown"))
		}
		if !c.HasBody {
			marks = append(marks, "bytes not kept")
		}
		if len(marks) > 0 {
			fmt.Fprintf(a.out, "    %s\n", strings.Join(marks, ", "))
		}
	}
	return nil
}

// indentJSON lays JSON out over lines. Strings that hold JSON themselves, as policy
// documents do, are unfolded in place. Text that is no JSON stays as it is.
func indentJSON(text, indent string) string {
	var b strings.Builder
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if !writeJSON(&b, dec, indent) {
		return indent + analysis.Clean(text)
	}
	return indent + strings.TrimPrefix(b.String(), indent)
}

// writeJSON copies one value token by token, so that keys keep their order.
func writeJSON(b *strings.Builder, dec *json.Decoder, indent string) bool {
	token, err := dec.Token()
	if err != nil {
		return false
	}
	switch token := token.(type) {
	case json.Delim:
		closing := "}"
		if token == '[' {
			closing = "]"
		}
		b.WriteString(token.String())
		n := 0
		for ; dec.More(); n++ {
			if n > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n" + indent + "  ")
			if token == '{' {
				key, err := dec.Token()
				if err != nil {
					return false
				}
				b.Write(export.AppendJSONText(nil, fmt.Sprint(key)))
				b.WriteString(": ")
			}
			if !writeJSON(b, dec, indent+"  ") {
				return false
			}
		}
		if _, err := dec.Token(); err != nil {
			return false
		}
		if n > 0 {
			b.WriteString("\n" + indent)
		}
		b.WriteString(closing)
	case string:
		if inner, ok := unfold(token, indent); ok {
			b.WriteString(inner)
			return true
		}
		b.Write(export.AppendJSONText(nil, token))
	case nil:
		b.WriteString("null")
	default:
		fmt.Fprint(b, token)
	}
	return true
}

// unfold lays out a string that is a JSON object or array, behind a word that says it
// was a string.
func unfold(s, indent string) (string, bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "%7B") { // IAM answers with policies in URL encoding
		if plain, err := url.PathUnescape(s); err == nil {
			s = plain
		}
	}
	if len(s) < 2 || s[0] != '{' && s[0] != '[' || !json.Valid([]byte(s)) {
		return "", false
	}
	var b strings.Builder
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	if !writeJSON(&b, dec, indent) {
		return "", false
	}
	return "(text) " + b.String(), true
}
