namespace Ingester.Testing.Model;

/// <summary>The faults between the exchange and one replica: those of single events, and outages in which nothing arrives.</summary>
internal sealed class NetworkFaults
{
    private readonly Dictionary<WireEvent, List<Fault>> byEvent = [];
    private readonly List<(long From, long Until)> outages = [];

    public NetworkFaults(Truth truth, IEnumerable<Fault> faults)
    {
        foreach (var fault in faults)
            if (fault.Kind is FaultKind.Loss or FaultKind.Duplicate or FaultKind.Delay or FaultKind.Garble && fault.Stream < truth.Streams.Count)
                foreach (var sent in truth.Streams[fault.Stream].Sent.Skip(fault.Index).Take(fault.Kind == FaultKind.Delay ? 1 : fault.Count))
                    (byEvent.TryGetValue(sent, out var known) ? known : byEvent[sent] = []).Add(fault);
            else if (fault.Kind == FaultKind.Outage)
                outages.Add((truth.When(fault), truth.When(fault) + fault.Length));
    }

    /// <summary>The faults of an event.</summary>
    public IReadOnlyList<Fault> FaultsOf(WireEvent sent) => byEvent.TryGetValue(sent, out var faults) ? faults : [];

    /// <summary>True when a time is in an outage, so that no event that is sent then arrives.</summary>
    public bool IsOutage(long sentAt) => outages.Exists(outage => sentAt >= outage.From && sentAt < outage.Until);
}
