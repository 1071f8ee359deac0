namespace Ingester.Reading.Books;

/// <summary>Whether a reconstructed book is proven.</summary>
public enum BookProof
{
    /// <summary>No diff is missing between the snapshot and the requested time.</summary>
    Proven,

    /// <summary>No diff is known to be missing, but that is not proven.</summary>
    Unproven,

    /// <summary>The book is not known; there are no levels.</summary>
    Unknown,
}
