namespace Ingester.Simulator.Venues;

/// <summary>What an exchange counts. Changed only while the exchange is locked.</summary>
internal sealed class VenueCounters
{
    private readonly SortedDictionary<string, long> refused = new(StringComparer.Ordinal);

    /// <summary>Trades and changes of books generated, merged trades aside.</summary>
    public long Generated { get; set; }

    /// <summary>Events that a fault kept from everybody.</summary>
    public long Withheld { get; set; }

    /// <summary>Frames queued to connections.</summary>
    public long Frames { get; set; }

    /// <summary>Connections ever opened.</summary>
    public long Opened { get; set; }

    /// <summary>Connections cut because their client did not read.</summary>
    public long SlowReaders { get; set; }

    /// <summary>Something was refused: <c>connect</c>, <c>rest</c>, <c>messages</c> or <c>request</c>.</summary>
    public void Refuse(string what) => refused[what] = refused.GetValueOrDefault(what) + 1;

    /// <summary>What was refused, by kind.</summary>
    public IReadOnlyDictionary<string, long> Refused() => new SortedDictionary<string, long>(refused, StringComparer.Ordinal);
}

/// <summary>An exchange in numbers, at one moment.</summary>
internal sealed record VenueStats
{
    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>Markets that trade.</summary>
    public required int Markets { get; init; }

    /// <summary>Trades and changes of books generated, merged trades aside.</summary>
    public required long Generated { get; init; }

    /// <summary>Events that a fault kept from everybody.</summary>
    public required long Withheld { get; init; }

    /// <summary>Frames queued to connections.</summary>
    public required long Frames { get; init; }

    /// <summary>Connections open now.</summary>
    public required int Connections { get; init; }

    /// <summary>Connections ever opened.</summary>
    public required long Opened { get; init; }

    /// <summary>Connections cut because their client did not read.</summary>
    public required long SlowReaders { get; init; }

    /// <summary>Refusals by kind: <c>connect</c>, <c>rest</c>, <c>messages</c>, <c>request</c>.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>Faults that were forgotten because there were too many.</summary>
    public required long FaultsForgotten { get; init; }
}

/// <summary>A connection in numbers, at one moment.</summary>
/// <param name="Id">Its number, which faults can name.</param>
/// <param name="Path">The path it came by.</param>
/// <param name="Subscriptions">How many streams it carries.</param>
/// <param name="Queued">How many frames wait to be written.</param>
internal sealed record ConnectionStats(long Id, string Path, int Subscriptions, int Queued);
