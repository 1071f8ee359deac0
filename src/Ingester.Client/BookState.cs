namespace Ingester.Client;

/// <summary>Whether a book is proven.</summary>
public enum BookState
{
    /// <summary>No diff is missing between the snapshot and the moment.</summary>
    Proven,

    /// <summary>No diff is known to be missing, but that is not proven.</summary>
    Unproven,

    /// <summary>The book is not known: it has no levels.</summary>
    Unknown,
}
