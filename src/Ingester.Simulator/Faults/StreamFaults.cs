using Ingester.Simulator.Events;

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
    public void Add(FaultRequest request, InjectedFault fault, long untilMicros) =>
        pending.Add(new(request, fault, untilMicros) { Remaining = request.Count });

    /// <summary>Applies the pending faults to this event; an absurd time is written into the event.</summary>
    public void ApplyTo(SimulatedEvent simulatedEvent, long now)
    {
        (IsWithheldFromAll, IsRepeated, IsHeldBack) = (false, false, false);
        withheld.Clear();
        var absurdTime = (PendingFault?)null;
        for (var i = 0; i < pending.Count; i++)
        {
            var fault = pending[i];
            if (fault.Request.Kind == InjectedFaultKind.Mute ? now >= fault.UntilMicros : fault.Remaining == 0)
            {
                pending.RemoveAt(i--);
                continue;
            }

            // An event that is not sent is not affected by other faults.
            if (IsWithheldFromAll)
                continue;
            if (fault.Request.Kind == InjectedFaultKind.AbsurdTime)
                absurdTime ??= fault;
            else
                ApplyFault(fault, simulatedEvent);
        }

        if (absurdTime is null)
            return;
        absurdTime.Remaining--;
        simulatedEvent.Micros = absurdTime.Request.Micros!.Value;
        absurdTime.Fault.AddEvent(simulatedEvent);
    }

    /// <summary>True when the event is not sent to this connection.</summary>
    public bool IsWithheldFrom(long connection) => IsWithheldFromAll || withheld.Contains(connection);

    private void ApplyFault(PendingFault fault, SimulatedEvent simulatedEvent)
    {
        fault.Remaining--;
        fault.Fault.AddEvent(simulatedEvent);
        switch (fault.Request.Kind)
        {
            case InjectedFaultKind.Repeat: IsRepeated = true; break;
            case InjectedFaultKind.Reorder: IsHeldBack = true; break;
            case InjectedFaultKind.Drop or InjectedFaultKind.Mute when fault.Request.Connection is { } connection: withheld.Add(connection); break;
            default: IsWithheldFromAll = true; break;
        }
    }

    private sealed record PendingFault(FaultRequest Request, InjectedFault Fault, long UntilMicros)
    {
        public int Remaining { get; set; }
    }
}
