using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Ingester.Integration.Tests.Schemas;

/// <summary>
/// The JSON schemas of <c>docs/schemas</c>. Readers must ignore fields that they do not know, so the schemas allow further fields. The tests do not: a field of the program that a schema does not
/// describe is an error.
/// </summary>
internal static class PublishedSchema
{
    private static readonly ConcurrentDictionary<string, Lazy<JsonSchema>> Known = new(StringComparer.Ordinal);

    /// <summary>The folder of the schemas.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "schemas"));

    /// <summary>Fails when a document does not follow a schema.</summary>
    /// <param name="name">The name of the schema, such as <c>audit-1</c>.</param>
    /// <param name="json">The document.</param>
    public static void Validate(string name, string json) => Assert.Empty(Problems(name, json));

    /// <summary>What is wrong with a document, one sentence each.</summary>
    public static IReadOnlyList<string> Problems(string name, string json)
    {
        var schema = Known.GetOrAdd(name, static name => new(() => Load(name))).Value;
        using var document = JsonDocument.Parse(json);
        var result = schema.Evaluate(document.RootElement, new() { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] :
        [
            $"The document does not follow {name}:", // an alternative may fail without an error of its own
            .. (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} ({detail.EvaluationPath}): {error.Key}: {error.Value}")),
        ];
    }

    private static JsonSchema Load(string name)
    {
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!.AsObject();
        root.Remove("$id"); // the strict form is not the published one
        Restrict(root);
        return JsonSchema.FromText(root.ToJsonString());
    }

    /// <summary>Forbids fields that the schema does not describe.</summary>
    private static void Restrict(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray all:
                foreach (var one in all)
                    Restrict(one);
                break;
            case JsonObject schema:
                foreach (var (_, value) in schema.ToList())
                    Restrict(value);
                if (schema["properties"] is JsonObject && schema["required"] is JsonArray)
                    schema["additionalProperties"] = false;
                break;
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
