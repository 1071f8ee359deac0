namespace Ingester.Storage.Writing;

/// <summary>How the store ended up with an object.</summary>
internal enum UploadOutcome
{
    /// <summary>This replica wrote it.</summary>
    Stored,

    /// <summary>The same rows stood there already.</summary>
    Duplicate,

    /// <summary>Other rows stand there, written in another version of the row format; under a grade below <c>chain</c> their history is the same.</summary>
    OtherVersion,

    /// <summary>Other rows stand there, as connections may differ; these went to <c>variants/</c>.</summary>
    Variant,

    /// <summary>Other rows stand there though they must not differ; these went to <c>divergent/</c>.</summary>
    Divergent,

    /// <summary>Other rows with the same history stand there: the same trades, or the same sizes at each price of the book. Nothing was written.</summary>
    Regrouped,

    /// <summary>Another history stands there under a proof that cannot tell which one is right; these rows went to <c>variants/</c>, and a gap names the window.</summary>
    Disputed,
}

/// <summary>The names of outcomes as metrics and logs show them.</summary>
internal static class UploadOutcomeNames
{
    private static readonly string[] Names = ["stored", "duplicate", "other-version", "variant", "divergent", "regrouped", "disputed"];

    /// <summary>The name, such as <c>other-version</c>.</summary>
    public static string Name(this UploadOutcome outcome) => Names[(int)outcome];
}
