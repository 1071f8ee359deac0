using System.Text.Json.Serialization;

namespace Ingester.Simulator.Faults;

/// <summary>The kinds of malformed messages.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GarbageKind>))]
internal enum GarbageKind
{
    /// <summary>Truncated JSON.</summary>
    Truncated,

    /// <summary>A binary message of random bytes.</summary>
    Binary,

    /// <summary>Valid JSON of an unknown message type.</summary>
    Unknown,
}
