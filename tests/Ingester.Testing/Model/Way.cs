namespace Ingester.Testing.Model;

/// <summary>The outcome of an event for one process.</summary>
[Flags]
internal enum Way
{
    /// <summary>No connection of the process was subscribed.</summary>
    None = 0,

    /// <summary>It was received.</summary>
    Received = 1,

    /// <summary>It was lost on an open connection.</summary>
    Lost = 2,

    /// <summary>Its frame could not be decoded.</summary>
    Undecodable = 4,

    /// <summary>The connection ended before it arrived.</summary>
    Cut = 8,

    /// <summary>The market was removed from the configuration.</summary>
    Unwanted = 16,

    /// <summary>It was delayed, or delivered again.</summary>
    Delayed = 32,
}
