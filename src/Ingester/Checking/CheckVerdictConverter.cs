using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Checking;

/// <summary>Writes a verdict as <c>passed</c>, <c>unjudged</c> or <c>failed</c>.</summary>
internal sealed class CheckVerdictConverter() : JsonStringEnumConverter<CheckVerdict>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
