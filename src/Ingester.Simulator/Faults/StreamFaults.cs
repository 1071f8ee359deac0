using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;

namespace Ingester.Simulator.Faults;

/// <summary>The pending faults of one stream, applied to each next event.</summary>
internal sealed class StreamFaults
{
    private readonly List<Waiting> waiting = [];
    private readonly List<long> withheld = [];

    /// <summary>True when the event is not sent to any connection.</summary>
    public bool WithholdsAll { get; private set; }

    /// <summary>True when the event is sent twice.</summary>
    public bool Repeats { get; private set; }

    /// <summary>True when the event is sent after the next event.</summary>
    public bool Holds { get; private set; }

    /// <summary>Adds a fault that affects future events.</summary>
    public void Add(FaultOrder order, InjectedFault fault, long untilMicros) =>
        waiting.Add(new(order, fault, untilMicros) { Left = order.Count });

    /// <summary>Applies the pending faults to this event; an absurd time is written into the event.</summary>
    public void Judge(MarketEvent happened, long now)
    {
        (WithholdsAll, Repeats, Holds) = (false, false, false);
        withheld.Clear();
        var absurd = (Waiting?)null;
        for (var i = 0; i < waiting.Count; i++)
        {
            var fault = waiting[i];
            if (fault.Order.Kind == FaultKind.Mute ? now >= fault.Until : fault.Left == 0)
            {
                waiting.RemoveAt(i--);
                continue;
            }

            // An event that is not sent is not affected by other faults.
            if (WithholdsAll)
                continue;
            if (fault.Order.Kind == FaultKind.AbsurdTime)
                absurd ??= fault;
            else
                Meet(fault, happened);
        }

        if (absurd is null)
            return;
        absurd.Left--;
        happened.Micros = absurd.Order.Micros!.Value;
        absurd.Fault.Touch(happened);
    }

    /// <summary>True when the event is not sent to this connection.</summary>
    public bool Withholds(Connection connection) => WithholdsAll || withheld.Contains(connection.Id);

    private void Meet(Waiting fault, MarketEvent happened)
    {
        fault.Left--;
        fault.Fault.Touch(happened);
        switch (fault.Order.Kind)
        {
            case FaultKind.Repeat: Repeats = true; break;
            case FaultKind.Reorder: Holds = true; break;
            case FaultKind.Drop or FaultKind.Mute when fault.Order.Connection is { } connection: withheld.Add(connection); break;
            default: WithholdsAll = true; break;
        }
    }

    private sealed record Waiting(FaultOrder Order, InjectedFault Fault, long Until)
    {
        public int Left { get; set; }
    }
}
