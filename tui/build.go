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
	if p.Screen == screenStart {
		return newStartScreen(m, p)
	}
	return nil
}
