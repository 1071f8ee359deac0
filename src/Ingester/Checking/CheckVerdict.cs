using System.Text.Json.Serialization;

namespace Ingester.Checking;

/// <summary>The result of one part of a check.</summary>
[JsonConverter(typeof(CheckVerdictConverter))]
internal enum CheckVerdict
{
    /// <summary>The exchange behaved as its profile says.</summary>
    Passed,

    /// <summary>Too little was received for a judgement.</summary>
    Unjudged,

    /// <summary>Something differs from the profile, or went wrong.</summary>
    Failed,
}
