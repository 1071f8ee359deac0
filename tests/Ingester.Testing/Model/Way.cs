namespace Ingester.Testing.Model;

/// <summary>What became of an event on its way to one process.</summary>
[Flags]
internal enum Way
{
    /// <summary>No connection of the process was subscribed.</summary>
    None = 0,

    /// <summary>It was received.</summary>
    Received = 1,

    /// <summary>It was lost although the connection lived.</summary>
    Lost = 2,

    /// <summary>Its frame could not be decoded.</summary>
    Undecodable = 4,

    /// <summary>The connection ended before it came.</summary>
    Cut = 8,

    /// <summary>The stream was not wanted.</summary>
    Unwanted = 16,

    /// <summary>It comes later than it should, or again.</summary>
    Delayed = 32,
}
