using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Checking;

/// <summary>What <c>ingester check</c> is asked to do.</summary>
internal sealed record CheckOptions
{
    /// <summary>The exchange.</summary>
    public required IExchange Exchange { get; init; }

    /// <summary>How long it records, by <see cref="Clock"/>.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Folder of the report, which exists and is empty.</summary>
    public required string Folder { get; init; }

    /// <summary>Replaces scheme and host of the exchange's WebSocket addresses; null for the exchange's own.</summary>
    public string? WebSocket { get; init; }

    /// <summary>Replaces scheme and host of the exchange's REST addresses; null for the exchange's own.</summary>
    public string? Rest { get; init; }

    /// <summary>Patterns of the markets to record; empty for a sample of all.</summary>
    public IReadOnlyList<string> Markets { get; init; } = [];

    /// <summary>The clock of the recorder. Default: the machine's.</summary>
    public ClockOptions Clock { get; init; } = new();
}
