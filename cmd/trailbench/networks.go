package main

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/network"
	"github.com/trailbench/trailbench/analysis/store"
)

func newNetworksCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "networks [ADDRESS...]",
		Short:   "Say what is known of addresses, and from which files",
		GroupID: groupAsk,
		Long: "Say what is known of source addresses, or, without any, which files that comes from and how old they are. Nothing " +
			"is sent out: everything is read from files that you put there. Country, city and autonomous system come from mmdb " +
			"files (GeoLite2, DB-IP, IPinfo) and AWS's own ranges from ip-ranges.json, both in " +
			"$XDG_DATA_HOME/trailbench/geo or the folder of --geo (TRAILBENCH_GEO). Tags come from the known addresses of the case, " +
			"where there is one, and from $XDG_CONFIG_HOME/trailbench/networks.yaml or the file of --networks " +
			"(TRAILBENCH_NETWORKS), which reads networks: [{cidr: 192.0.2.0/24, tag: office}].",
		Example: `trailbench networks
trailbench networks 203.0.113.84 2001:db8::1
trailbench networks --networks ./networks.yaml --json 192.0.2.10`,
		RunE: func(cmd *cobra.Command, args []string) error { return runNetworks(cmd.Context(), a, args) },
	}
	return withExitCodes(cmd, exitUnreadable, exitNoCase)
}

func runNetworks(ctx context.Context, a *app, addresses []string) (err error) {
	known, err := a.knownWhereACaseIs(ctx)
	if err != nil {
		return err
	}
	table, broken := a.openNetworks(known)
	defer func() { err = errors.Join(err, table.Close()) }()
	var all *list
	if len(addresses) == 0 {
		all = fileList(table)
	} else if all, err = networkList(table, addresses); err != nil {
		return err
	}
	if len(table.Files()) == 0 {
		a.note("hint: to know more, put GeoLite2, DB-IP or IPinfo mmdb files and AWS's ip-ranges.json into %s, and your own networks into %s", geoDir(), networksFile())
	}
	if err := a.print(all); err != nil {
		return err
	}
	if broken != nil {
		return unreadableFiles{broken}
	}
	return nil
}

// unreadableFiles marks the error of files that were left out.
type unreadableFiles struct{ error }

func (unreadableFiles) Is(target error) bool { return target == analysis.ErrUnreadable }
func (e unreadableFiles) Unwrap() error      { return e.error }

// fileList is the files of a table, those that could not be read with why.
func fileList(t *network.Table) *list {
	all := newList(store.Column{Name: "type"}, store.Column{Name: "built", Kind: store.Time}, store.Column{Name: "path"}, store.Column{Name: "problem"})
	for _, f := range t.Files() {
		var built, problem any
		if !f.Built.IsZero() {
			built = f.Built
		}
		if f.Err != nil {
			problem = strings.TrimPrefix(f.Err.Error(), "read "+f.Path+": ")
		}
		all.add(orNull(f.Type), built, f.Path, problem)
	}
	return all
}

// networkList is what is known of addresses.
func networkList(t *network.Table, addresses []string) (*list, error) {
	all := newList(store.Column{Name: "source_ip"}, store.Column{Name: "tag"}, store.Column{Name: "service"},
		store.Column{Name: "aws"}, store.Column{Name: "aws_region"}, store.Column{Name: "asn", Kind: store.Number}, store.Column{Name: "as_name"},
		store.Column{Name: "country"}, store.Column{Name: "city"}, store.Column{Name: "private", Kind: store.Bool})
	for _, address := range addresses {
		if kindOf(address) != analysis.EntitySourceIP && !analysis.IsServiceAddress(address) {
			return nil, analysis.WithHint(usagef("%q is no address", address), "write 203.0.113.77, 2001:db8::1 or cloudformation.amazonaws.com")
		}
		n := t.Lookup(address)
		var asn any
		if n.ASN != 0 {
			asn = int64(n.ASN)
		}
		all.add(address, orNull(n.Tag), orNull(n.Service), orNull(n.AWS), orNull(n.AWSRegion), asn, orNull(n.ASName), orNull(n.Country), orNull(n.City), n.Private)
	}
	return all, nil
}

// orNull is nil for text that is not known.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// knownWhereACaseIs is the known addresses of the case that was named; none where no
// case was, because addresses can be asked about without one.
func (a *app) knownWhereACaseIs(ctx context.Context) (known []analysis.Known, err error) {
	dir, err := a.casePath()
	if errors.Is(err, errNoCaseNamed) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	err = a.withCase(ctx, dir, store.NotesRead, func(st *store.Store) error {
		known, err = st.Known(ctx)
		return err
	})
	if errors.Is(err, analysis.ErrBusy) {
		a.note("%v; the known addresses of the case are left out", err)
		return nil, nil
	}
	return known, err
}

// openNetworks opens the files that are there, with the known addresses of a case. The
// table can always be used; the error names the files that could not be read.
func (a *app) openNetworks(known []analysis.Known) (*network.Table, error) {
	opt := network.Options{Known: known}
	dir, named := a.option(a.flags.geo, "TRAILBENCH_GEO", geoDir())
	entries, err := os.ReadDir(dir)
	if !named && errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	for _, e := range entries {
		switch path := filepath.Join(dir, e.Name()); {
		case strings.EqualFold(filepath.Ext(path), ".mmdb"):
			opt.MMDB = append(opt.MMDB, path)
		case e.Name() == "ip-ranges.json":
			opt.IPRanges = path
		}
	}
	file, named := a.option(a.flags.networks, "TRAILBENCH_NETWORKS", networksFile())
	if _, missing := os.Stat(file); named || missing == nil {
		opt.Networks = file
	}
	table, broken := network.Open(opt)
	return table, errors.Join(err, broken)
}

// option is the value of a flag, else of a variable of the environment, else what it is
// when nobody named one.
func (a *app) option(flag, variable, otherwise string) (value string, named bool) {
	if flag == "" {
		flag = a.getenv(variable)
	}
	if flag == "" {
		return otherwise, false
	}
	return flag, true
}

func geoDir() string       { return filepath.Join(xdg.DataHome, "trailbench", "geo") }
func networksFile() string { return filepath.Join(xdg.ConfigHome, "trailbench", "networks.yaml") }

// addressBook is a case that is told what is known of its addresses.
type addressBook interface {
	// Known returns what the analyst named as the organization's own.
	Known(ctx context.Context) ([]analysis.Known, error)
	// Addresses returns every source address of the case once.
	Addresses(ctx context.Context) ([]string, error)
	// ShowNetworks puts what is known of addresses before the readers of the case.
	ShowNetworks(ctx context.Context, known iter.Seq2[string, analysis.Network]) error
}

// showNetworks looks up every address of a case. Files that could not be read are said
// and left out.
func (a *app) showNetworks(ctx context.Context, book addressBook) (err error) {
	known, err := book.Known(ctx)
	if err != nil {
		return err
	}
	table, broken := a.openNetworks(known)
	defer func() { err = errors.Join(err, table.Close()) }()
	if broken != nil {
		for line := range strings.SplitSeq(broken.Error(), "\n") {
			a.note("%s; it is left out", line)
		}
	}
	return a.showNetworksOf(ctx, book, table)
}

// showNetworksOf shows what a table knows of every address of a case.
func (a *app) showNetworksOf(ctx context.Context, book addressBook, table *network.Table) error {
	addresses, err := book.Addresses(ctx)
	if err != nil {
		return err
	}
	return book.ShowNetworks(ctx, func(yield func(string, analysis.Network) bool) {
		for _, address := range addresses {
			if n := table.Lookup(address); n != (analysis.Network{}) && !yield(address, n) {
				return
			}
		}
	})
}
