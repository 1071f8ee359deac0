namespace Ingester.Testing.Model;

/// <summary>The kinds of faults. Those up to <see cref="Shift"/> happen at the exchange, and are the same for all replicas.</summary>
internal enum FaultKind
{
    /// <summary>An event has a wrong id; its own id is never sent. <see cref="Fault.Amount"/> is the difference.</summary>
    WrongId,

    /// <summary>Several events in sequence carry ids that are wrong by the same difference.</summary>
    WrongRun,

    /// <summary>An additional event with an id that is wrong by <see cref="Fault.Amount"/>.</summary>
    ExtraId,

    /// <summary>An event is sent again with the same id and other content, some events later.</summary>
    Conflict,

    /// <summary>An event is sent twice, some events later.</summary>
    Repeat,

    /// <summary>Two consecutive events are sent in reverse order.</summary>
    Swap,

    /// <summary>A diff begins before the end of the one before it.</summary>
    Overlap,

    /// <summary>The time of an event is wrong by <see cref="Fault.Amount"/>; <see cref="long.MinValue"/> sets it to 1970.</summary>
    WrongTime,

    /// <summary>The numbering restarts at the current id plus <see cref="Fault.Amount"/>; for the next minute the exchange's clock is wrong by <see cref="Fault.Length"/>.</summary>
    Reset,

    /// <summary>The exchange's clock is wrong by <see cref="Fault.Amount"/> for <see cref="Fault.Length"/>.</summary>
    Shift,

    /// <summary><see cref="Fault.Count"/> events of a stream are lost.</summary>
    Loss,

    /// <summary>No event of any stream is received for <see cref="Fault.Length"/>, although the connection is open.</summary>
    Outage,

    /// <summary>An event is received again after <see cref="Fault.Length"/>.</summary>
    Duplicate,

    /// <summary>An event is received late by <see cref="Fault.Length"/>.</summary>
    Delay,

    /// <summary>The frame of an event is damaged so that it cannot be decoded; <see cref="Fault.Amount"/> selects the damage.</summary>
    Garble,

    /// <summary>Frames are received that cannot be decoded and have no event.</summary>
    Garbage,

    /// <summary>The connection is lost for <see cref="Fault.Length"/>.</summary>
    Disconnect,

    /// <summary>A successor connection opens. The older one ends <see cref="Fault.Length"/> later; if that is negative, it ends as soon as no event can be lost.</summary>
    Rotate,

    /// <summary>The process stops and starts again after <see cref="Fault.Length"/>.</summary>
    Restart,

    /// <summary>The process is killed and starts again after <see cref="Fault.Length"/>.</summary>
    Kill,

    /// <summary>The local clock is wrong by <see cref="Fault.Amount"/> for <see cref="Fault.Length"/>.</summary>
    Clock,

    /// <summary>A market is removed from the configuration for <see cref="Fault.Length"/>.</summary>
    Remove,
}
