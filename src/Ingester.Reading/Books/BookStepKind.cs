namespace Ingester.Reading.Books;

/// <summary>The kind of a step of a book over time.</summary>
internal enum BookStepKind
{
    /// <summary>The book is known at the start of the period.</summary>
    Begin,

    /// <summary>A stored snapshot takes the place of the book; the diffs that it does not contain are applied to it.</summary>
    Snapshot,

    /// <summary>A stored diff was applied.</summary>
    Diff,

    /// <summary>A stored diff that is not applied: the book is not known, or it contains the diff already.</summary>
    Skipped,

    /// <summary>From here on the book is not known.</summary>
    Lost,

    /// <summary>A mark of the merge: data is missing, not proven or not readable.</summary>
    Mark,
}
