package store

import "github.com/trailbench/trailbench/analysis"

func columnsOfKeys() []analysis.ListColumn       { return nil }
func columnsOfIPs() []analysis.ListColumn        { return nil }
func columnsOfSessions() []analysis.ListColumn   { return nil }
func columnsOfResources() []analysis.ListColumn  { return nil }
func columnsOfOperations() []analysis.ListColumn { return nil }
func columnsOfNew() []analysis.ListColumn       { return nil }
