//! Events of assets; the map from asset to state comes beside them.
