using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Days.Certificates;

namespace Ingester.Dashboard.Days;

/// <summary>The figures of one day that the charts show. Null means: not known.</summary>
internal sealed record DayFigures
{
    private const double Million = 1e6;
    private const double BytesPerGib = 1L << 30;

    // List prices of Amazon S3 in a region of the USA, the same as in deploy/terraform.
    private const double DollarsPerMillionWrites = 5;
    private const double DollarsPerMillionLookUps = 0.4;
    private const double DollarsPerGibMonth = 0.023;

    /// <summary>The day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Number of certified events.</summary>
    public long? Events { get; init; }

    /// <summary>Gaps per million messages of single replicas, as the certificates state them.</summary>
    public double? GapsBefore { get; init; }

    /// <summary>Gaps per million messages after merging.</summary>
    public double? GapsAfter { get; init; }

    /// <summary>Number of stored segments and journal objects.</summary>
    public long? Objects { get; init; }

    /// <summary>Their compressed size.</summary>
    public long? Bytes { get; init; }

    /// <summary>What the requests cost that stored the day, in dollars, estimated from the list prices.</summary>
    public double? RequestDollars { get; init; }

    /// <summary>What the objects of the day cost in each month, in dollars, estimated from the list price.</summary>
    public double? DollarsPerMonth { get; init; }

    /// <summary>Sums up a day.</summary>
    /// <param name="day">The day.</param>
    /// <param name="certificates">Its certificates.</param>
    /// <param name="streams">Its audited streams; null when not all of the day is audited.</param>
    /// <param name="journals">The journals by exchange; used with <paramref name="streams"/> only.</param>
    public static DayFigures Of(DateOnly day, IReadOnlyList<CertificateSummary> certificates, IReadOnlyList<StreamDay>? streams, IReadOnlyDictionary<string, JournalSize> journals)
    {
        var read = certificates.Where(certificate => certificate.Problem is null).ToList();
        var figures = new DayFigures
        {
            Day = day,
            Events = read.Count == 0 ? null : read.Sum(certificate => certificate.Events),
            GapsBefore = PerMillion(read.Sum(certificate => certificate.Gaps.ReplicaGaps), read.Sum(certificate => certificate.Gaps.ReplicaMessages)),
            GapsAfter = PerMillion(read.Sum(certificate => certificate.Gaps.Merged), read.Sum(certificate => certificate.Gaps.Messages)),
        };
        if (streams is null)
            return figures;
        var segments = streams.Sum(stream => (long)stream.StoredObjects);
        var lookUps = streams.Sum(stream => (long)stream.StoredObjects * Math.Max(0, (journals.GetValueOrDefault(stream.Stream.Exchange)?.Replicas ?? 1) - 1));
        var objects = segments + journals.Values.Sum(size => (long)size.Objects);
        var bytes = streams.Sum(stream => stream.StoredBytes) + journals.Values.Sum(size => size.Bytes);
        return figures with
        {
            Objects = objects,
            Bytes = bytes,
            RequestDollars = (objects * DollarsPerMillionWrites + lookUps * DollarsPerMillionLookUps) / Million,
            DollarsPerMonth = bytes / BytesPerGib * DollarsPerGibMonth,
        };
    }

    private static double? PerMillion(long gaps, long messages) => messages == 0 ? null : gaps * Million / messages;
}
