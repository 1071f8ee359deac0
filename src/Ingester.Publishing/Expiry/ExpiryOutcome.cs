using Ingester.Publishing.Certificates;

namespace Ingester.Publishing.Expiry;

/// <summary>The result for one exchange, dataset and day.</summary>
/// <param name="Keys">Exchange, dataset and day.</param>
/// <param name="State">What happened to its segments.</param>
internal sealed record ExpiryOutcome(CertificateKeys Keys, ExpiryState State)
{
    /// <summary>Revision of the certificate; null if there is none that can be trusted.</summary>
    public int? Revision { get; init; }

    /// <summary>Digest of the certificate's payload.</summary>
    public string? Certificate { get; init; }

    /// <summary>Number of streams with segments.</summary>
    public int Streams { get; init; }

    /// <summary>Number of segments that are stored, or were before they were removed in this run.</summary>
    public long Segments { get; init; }

    /// <summary>Their compressed size, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Why the segments are kept, as sentences.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
