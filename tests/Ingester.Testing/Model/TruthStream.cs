using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>One stream of the exchange with all of its events.</summary>
internal sealed class TruthStream(Truth truth, int number, StreamPlan plan)
{
    /// <summary>The events of all streams.</summary>
    public Truth Truth => truth;

    /// <summary>Its number in the schedule.</summary>
    public int Number => number;

    /// <summary>Its description in the schedule.</summary>
    public StreamPlan Plan => plan;

    /// <summary>The market's name.</summary>
    public string Market => Truth.MarketName(plan.Market);

    /// <summary>The exchange's symbol.</summary>
    public string Symbol => Truth.MarketSymbol(plan.Market);

    /// <summary>The number of events, including merged ones that only some connections send.</summary>
    public int EventCount { get; private set; }

    /// <summary>The events of the chain in its order.</summary>
    public List<WireEvent> Chain { get; } = [];

    /// <summary>The merged diff that some connections send instead of two, by the second of the two.</summary>
    public Dictionary<WireEvent, WireEvent> Merged { get; } = [];

    /// <summary>All events in the order in which they are sent.</summary>
    public List<WireEvent> Sent { get; } = [];

    /// <summary>True when frames have ids.</summary>
    public bool HasIds => plan.Dataset != Dataset.Depth || truth.Schedule.Numbered;

    /// <summary>True when the ids chain, so that a gap can be detected.</summary>
    public bool Chains => plan.Dataset == Dataset.Trades || plan.Dataset == Dataset.Depth && truth.Schedule.Numbered;

    /// <summary>The number of the next event.</summary>
    public int NextIndex() => EventCount++;

    /// <inheritdoc/>
    public override string ToString() => $"stream {number} ({plan.Dataset.Name()}/{Market})";
}
