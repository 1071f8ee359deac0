using static Ingester.Testing.Model.RecorderTiming;

namespace Ingester.Testing.Model;

/// <summary>What one process received, for the checks of all of its streams.</summary>
internal sealed class ProcessView
{
    private readonly List<Delivery>[] byStream;

    public ProcessView(Truth truth, ModelProcess process)
    {
        Process = process;
        byStream = [.. truth.Streams.Select(_ => new List<Delivery>())];
        foreach (var delivery in process.Deliveries)
            if (delivery is { Kind: DeliveryKind.Event, Ignored: false })
                byStream[delivery.Stream!.Number].Add(delivery);
            else if (delivery.Kind == DeliveryKind.Undecodable)
                Undecodable.Add(delivery);
        Distrusts = FindDistrusts(process);
    }

    /// <summary>The process.</summary>
    public ModelProcess Process { get; }

    /// <summary>The frames that could not be decoded, in the order of arrival.</summary>
    public List<Delivery> Undecodable { get; } = [];

    /// <summary>The exchange times that contradicted the local clock.</summary>
    public List<(long From, long To, long Began)> Distrusts { get; }

    /// <summary>The received events of a stream while it was configured, in the order of arrival.</summary>
    public List<Delivery> ReceivedOf(TruthStream stream) => byStream[stream.Number];

    /// <summary>
    /// The exchange times of at least four consecutive frames of one connection that were implausibly far ahead of the local clock.
    /// </summary>
    private static List<(long From, long To, long Began)> FindDistrusts(ModelProcess process)
    {
        var found = new List<(long, long, long)>();
        foreach (var connection in process.Deliveries.Where(delivery => delivery is { Ts: not null, Replayed: false }).GroupBy(delivery => delivery.Connection))
        {
            var run = new List<Delivery>();
            foreach (var delivery in connection.Append(null))
            {
                if (delivery is not null && delivery.Ts > delivery.Local + Tolerance
                    && (run.Count == 0 || Math.Abs(delivery.Ts.Value - delivery.Local - (run[^1].Ts!.Value - run[^1].Local)) < Tolerance / 2))
                {
                    run.Add(delivery);
                    continue;
                }

                if (run.Count > 3)
                    found.Add((run.Take(4).Max(part => part.Ts!.Value), run.Max(part => part.Ts!.Value), run[3].True));
                run.Clear();
            }
        }

        return found;
    }
}
