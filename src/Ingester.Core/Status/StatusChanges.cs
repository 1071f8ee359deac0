using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Core.Status;

/// <summary>The answer of <c>GET /status/changes</c>: what changed since a version that the reader knows. <c>docs/schemas/status-changes-1.json</c> is its schema.</summary>
public sealed record StatusChanges
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/status/changes";

    /// <summary>The version of this form. Readers refuse others.</summary>
    public const int CurrentFormat = 1;

    /// <summary>How the answer is written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The version of the form: <see cref="CurrentFormat"/>.</summary>
    public required int Format { get; init; }

    /// <summary>The version of the state; the next request names it. It grows also across restarts of the recorder.</summary>
    public required long Version { get; init; }

    /// <summary>True when the answer has everything: the reader knew no version of this process. False when it has only changes.</summary>
    public required bool IsFull { get; init; }

    /// <summary>The replica as a whole.</summary>
    public required ReplicaState Replica { get; init; }

    /// <summary>The exchanges whose state changed.</summary>
    public required IReadOnlyList<ExchangeState> Exchanges { get; init; }

    /// <summary>All listed gaps, if any of them changed; else null.</summary>
    public IReadOnlyList<GapState>? Gaps { get; init; }
}
