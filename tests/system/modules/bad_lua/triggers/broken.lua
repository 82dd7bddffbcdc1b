-- Does not compile.
return { ["thing.created"] = function( }
