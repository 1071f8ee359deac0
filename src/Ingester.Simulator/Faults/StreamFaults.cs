using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;

namespace Ingester.Simulator.Faults;

/// <summary>The pending faults of one stream, applied to each next event.</summary>
internal sealed class StreamFaults
{
    private readonly List<PendingFault> pending = [];
    private readonly List<long> withheld = [];

    /// <summary>True when the event is not sent to any connection.</summary>
    public bool IsWithheldFromAll { get; private set; }

    /// <summary>True when the event is sent twice.</summary>
    public bool IsRepeated { get; private set; }

    /// <summary>True when the event is sent after the next event.</summary>
    public bool IsHeldBack { get; private set; }

    /// <summary>Adds a fault that affects future events.</summary>
    public void Add(FaultRequest order, InjectedFault fault, long untilMicros) =>
        pending.Add(new(order, fault, untilMicros) { Remaining = order.Count });

    /// <summary>Applies the pending faults to this event; an absurd time is written into the event.</summary>
    public void ApplyTo(SimulatedEvent happened, long now)
    {
        (IsWithheldFromAll, IsRepeated, IsHeldBack) = (false, false, false);
        withheld.Clear();
        var absurd = (PendingFault?)null;
        for (var i = 0; i < pending.Count; i++)
        {
            var fault = pending[i];
            if (fault.Order.Kind == InjectedFaultKind.Mute ? now >= fault.UntilMicros : fault.Remaining == 0)
            {
                pending.RemoveAt(i--);
                continue;
            }

            // An event that is not sent is not affected by other faults.
            if (IsWithheldFromAll)
                continue;
            if (fault.Order.Kind == InjectedFaultKind.AbsurdTime)
                absurd ??= fault;
            else
                ApplyFault(fault, happened);
        }

        if (absurd is null)
            return;
        absurd.Remaining--;
        happened.Micros = absurd.Order.Micros!.Value;
        absurd.Fault.AddEvent(happened);
    }

    /// <summary>True when the event is not sent to this connection.</summary>
    public bool IsWithheldFrom(ClientConnection connection) => IsWithheldFromAll || withheld.Contains(connection.Id);

    private void ApplyFault(PendingFault fault, SimulatedEvent happened)
    {
        fault.Remaining--;
        fault.Fault.AddEvent(happened);
        switch (fault.Order.Kind)
        {
            case InjectedFaultKind.Repeat: IsRepeated = true; break;
            case InjectedFaultKind.Reorder: IsHeldBack = true; break;
            case InjectedFaultKind.Drop or InjectedFaultKind.Mute when fault.Order.Connection is { } connection: withheld.Add(connection); break;
            default: IsWithheldFromAll = true; break;
        }
    }

    private sealed record PendingFault(FaultRequest Order, InjectedFault Fault, long UntilMicros)
    {
        public int Remaining { get; set; }
    }
}
