package tui

// build makes the screen of a place, nil where there is none of its name.
func (m *Model) build(p Place) screen {
	for _, spec := range listSpecs() {
		if spec.screen == p.Screen {
			return newListScreen(m.env, spec, p)
		}
	}
	for _, spec := range pageSpecs() {
		if spec.screen == p.Screen {
			return newPageScreen(m.env, spec, p)
		}
	}
	switch p.Screen {
	case screenStart:
		return newStartScreen(m, p)
	case screenOverview:
		return newOverviewScreen(m.env, p)
	case screenStories:
		return newStoriesScreen(m.env, p)
	case screenStory:
		return newStoryScreen(m.env, p)
	case screenFinding:
		return newFindingScreen(m.env, p)
	case screenChain:
		return newChainScreen(m.env, p)
	case screenCompare:
		return newCompareScreen(m.env, p)
	case screenEvent:
		return newEventScreen(m.env, p)
	case screenCase:
		return newCaseScreen(m, p)
	case screenSources:
		return newSourcesScreen(m.env, p)
	case screenPosture:
		return newPostureScreen(m.env, p)
	case screenSQL:
		return newSQLScreen(m, p)
	}
	return nil
}
