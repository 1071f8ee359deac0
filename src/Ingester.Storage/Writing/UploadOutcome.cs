namespace Ingester.Storage.Writing;

/// <summary>The outcome of an upload.</summary>
internal enum UploadOutcome
{
    /// <summary>This replica stored the object.</summary>
    Stored,

    /// <summary>The same rows were already stored.</summary>
    Duplicate,

    /// <summary>Different rows in another version of the row format are stored; below grade <c>chain</c> their history is the same.</summary>
    OtherVersion,

    /// <summary>Different rows are stored, which is possible between connections; these rows went to <c>variants/</c>.</summary>
    Variant,

    /// <summary>Different rows are stored although they must be identical; these rows went to <c>divergent/</c>.</summary>
    Divergent,

    /// <summary>
    /// Different rows with the same history are stored: the same trades, or the same sizes at each price of the book. Nothing was written.
    /// </summary>
    Regrouped,

    /// <summary>
    /// A different history is stored, and its grade does not prove which one is right; these rows went to <c>variants/</c>, and a row of the gaps
    /// journal covers the window.
    /// </summary>
    Disputed,
}

/// <summary>The names of outcomes in metrics and logs.</summary>
internal static class UploadOutcomeNames
{
    private static readonly string[] Names = ["stored", "duplicate", "other-version", "variant", "divergent", "regrouped", "disputed"];

    /// <summary>The name, such as <c>other-version</c>.</summary>
    public static string Name(this UploadOutcome outcome) => Names[(int)outcome];
}
