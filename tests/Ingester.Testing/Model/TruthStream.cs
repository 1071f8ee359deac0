using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>A stream as the exchange knows it.</summary>
internal sealed class TruthStream(Truth truth, int number, StreamPlan plan)
{
    /// <summary>All of it.</summary>
    public Truth Truth => truth;

    /// <summary>Its number in the schedule.</summary>
    public int Number => number;

    /// <summary>What it is.</summary>
    public StreamPlan Plan => plan;

    /// <summary>The market's name.</summary>
    public string Market => Truth.MarketName(plan.Market);

    /// <summary>The exchange's symbol.</summary>
    public string Symbol => Truth.MarketSymbol(plan.Market);

    /// <summary>How many events there are, with those that only some connections send.</summary>
    public int EventCount { get; private set; }

    /// <summary>The events of the chain in its order.</summary>
    public List<WireEvent> Chain { get; } = [];

    /// <summary>By the second of two diffs: the one that some connections send for both.</summary>
    public Dictionary<WireEvent, WireEvent> Merged { get; } = [];

    /// <summary>All events in the order in which they are sent.</summary>
    public List<WireEvent> Sent { get; } = [];

    /// <summary>True where frames carry ids.</summary>
    public bool HasIds => plan.Dataset != Dataset.Depth || truth.Schedule.Numbered;

    /// <summary>True where the ids chain, so that a gap can be seen.</summary>
    public bool Chains => plan.Dataset == Dataset.Trades || plan.Dataset == Dataset.Depth && truth.Schedule.Numbered;

    /// <summary>The number of the next event.</summary>
    public int NextIndex() => EventCount++;

    /// <inheritdoc/>
    public override string ToString() => $"stream {number} ({plan.Dataset.Name()}/{Market})";
}
