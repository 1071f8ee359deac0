using Ingester.Publishing.Certificates;
using Ingester.Publishing.Statements;

namespace Ingester.Dashboard.Days.Certificates;

/// <summary>The newest certificate of an exchange, dataset and day, as its payload states it. Nothing is verified here.</summary>
internal sealed record CertificateSummary
{
    private readonly IReadOnlyDictionary<string, Condition> markets;

    private CertificateSummary(IReadOnlyDictionary<string, Condition> markets) => this.markets = markets;

    /// <summary>Exchange, dataset and day.</summary>
    public required CertificateKeys Keys { get; init; }

    /// <summary>The day.</summary>
    public DateOnly Day => Keys.Day;

    /// <summary>The exchange.</summary>
    public string Exchange => Keys.Exchange;

    /// <summary>The dataset's name.</summary>
    public string Dataset => Keys.Dataset;

    /// <summary>The revision.</summary>
    public required int Revision { get; init; }

    /// <summary>The digest of the payload, 64 hex digits; empty when it cannot be read.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The condition of the day, such as <c>available</c>; <c>unreadable</c> when the certificate cannot be read.</summary>
    public required string Condition { get; init; }

    /// <summary>Why the certificate cannot be read, as a sentence; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Number of events.</summary>
    public long Events { get; init; }

    /// <summary>Gaps and messages before and after merging.</summary>
    public GapRates Gaps { get; init; } = new(0, 0, 0, 0);

    /// <summary>Number of certified markets by condition.</summary>
    public IReadOnlyDictionary<string, int> MarketsByCondition { get; init; } = new Dictionary<string, int>();

    /// <summary>Number of files.</summary>
    public int Files { get; init; }

    /// <summary>Size of the files, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Number of certified markets.</summary>
    public int Markets => markets.Count;

    /// <summary>The condition of a market, such as <c>degraded</c>; null when the certificate does not name it.</summary>
    public string? ConditionOf(string market) => Problem is not null ? Condition : markets.TryGetValue(market, out var condition) ? Word(condition) : null;

    /// <summary>Summarizes a certificate.</summary>
    public static CertificateSummary From(CertificateKeys keys, StoredCertificate certificate)
    {
        var predicate = certificate.Statement.Predicate;
        return new(predicate.Streams.ToDictionary(stream => stream.Pair, stream => stream.Condition, StringComparer.Ordinal))
        {
            Keys = keys,
            Revision = predicate.Revision,
            Digest = certificate.Digest,
            Condition = Word(predicate.Condition),
            Events = predicate.Events,
            Gaps = predicate.Gaps,
            MarketsByCondition = predicate.Streams.CountBy(stream => Word(stream.Condition)).ToDictionary(StringComparer.Ordinal),
            Files = predicate.Streams.Sum(stream => stream.Files.Count),
            Bytes = predicate.Streams.Sum(stream => stream.Files.Sum(file => file.Bytes)),
        };
    }

    /// <summary>A certificate that cannot be read.</summary>
    public static CertificateSummary Unreadable(CertificateKeys keys, int revision, string problem) =>
        new(new Dictionary<string, Condition>()) { Keys = keys, Revision = revision, Condition = "unreadable", Problem = problem };

    /// <summary>A condition as certificates write it.</summary>
    public static string Word(Condition condition) => condition.ToString().ToLowerInvariant();
}
