package tui

// tab is a screen with a number.
type tab struct {
	action action
	key    string
	title  string
	screen screenName
}

func tabs() []tab {
	return []tab{
		{actOverview, "1", "Overview", screenOverview},
		{actFindings, "2", "Findings", screenFindings},
		{actEvents, "3", "Events", screenEvents},
		{actPrincipals, "4", "Principals", screenPrincipals},
		{actSessions, "5", "Sessions", screenSessions},
		{actIPs, "6", "IPs", screenIPs},
		{actResources, "7", "Resources", screenResources},
		{actPosture, "8", "Posture", screenPosture},
		{actSQL, "9", "SQL", screenSQL},
		{actCase, "0", "Case", screenCase},
		{actSources, "S", "Sources", screenSources},
	}
}

func tabOf(a action) (tab, bool) {
	for _, t := range tabs() {
		if t.action == a {
			return t, true
		}
	}
	return tab{}, false
}

// isTab reports whether a place is the screen of a tab as such.
func isTab(p Place) bool {
	for _, t := range tabs() {
		if t.screen == p.Screen && p.ID == "" && len(p.Trail) == 0 {
			return true
		}
	}
	return false
}

// tabFor is the tab under which a screen stands.
func tabFor(s screenName) action {
	switch s {
	case screenStart:
		return ""
	case screenFinding, screenStory, screenStories:
		return actFindings
	case screenEvent, screenOperations, screenTop, screenCompare:
		return actEvents
	case screenPrincipal:
		return actPrincipals
	case screenKey, screenKeys, screenChain:
		return actSessions
	case screenIP:
		return actIPs
	case screenResource:
		return actResources
	case screenNew:
		return actOverview
	case screenObjects:
		return actSources
	}
	for _, t := range tabs() {
		if t.screen == s {
			return t.action
		}
	}
	return actOverview
}
