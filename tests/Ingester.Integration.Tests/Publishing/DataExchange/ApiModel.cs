using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Simulator.DataExchange;

namespace Ingester.Integration.Tests.Publishing.DataExchange;

/// <summary>
/// The published model of the API of AWS Data Exchange, as the botocore package has it, which comes with the S3 emulator. Requests and responses are compared with it: required fields, types, lengths,
/// patterns, enumerations, and fields that it does not have.
/// </summary>
internal sealed class ApiModel
{
    private static readonly Lazy<ApiModel?> Found = new(Find);

    private readonly JsonElement operations;
    private readonly JsonElement shapes;

    private ApiModel(JsonElement root) => (operations, shapes) = (root.GetProperty("operations"), root.GetProperty("shapes"));

    /// <summary>The model; null where botocore is not installed.</summary>
    public static ApiModel? Installed => Found.Value;

    /// <summary>The first problem of a request; null for none.</summary>
    public string? FindRequestError(DataExchangeCall call)
    {
        if (!operations.TryGetProperty(call.Operation, out var operation))
            return $"'{call.Operation}' is no operation.";
        var shape = shapes.GetProperty(operation.GetProperty("input").GetProperty("shape").GetString()!);
        using var body = JsonDocument.Parse(call.Body ?? "{}");
        foreach (var member in shape.GetProperty("members").EnumerateObject())
            if (Location(member.Value) is { } location)
            {
                var (name, type) = (member.Value.GetProperty("locationName").GetString()!, Shape(member.Value));
                if ((location == "uri" ? call.Path : call.Query).TryGetValue(name, out var text))
                {
                    if (FindTextError(type, text, name) is { } error)
                        return error;
                }
                else if (IsRequired(shape, member.Name))
                {
                    return $"{name} is required.";
                }
            }

        var known = shape.GetProperty("members").EnumerateObject().Where(static member => Location(member.Value) == "querystring").Select(static member => member.Value.GetProperty("locationName").GetString()).ToHashSet();
        return call.Query.Keys.FirstOrDefault(parameter => !known.Contains(parameter)) is { } unknown ? $"The query has {unknown}." : FindError(shape, body.RootElement, call.Operation);
    }

    /// <summary>The first problem of a response; null for none.</summary>
    public string? FindResponseError(DataExchangeCall call)
    {
        var operation = operations.GetProperty(call.Operation);
        if (call.Status >= 400)
            return null;
        var expected = operation.GetProperty("http").GetProperty("responseCode").GetInt32();
        if (call.Status != expected)
            return $"{call.Operation}: the status is {call.Status}, not {expected}.";
        if (!operation.TryGetProperty("output", out var output) || call.Response is not { } text)
            return null;
        using var body = JsonDocument.Parse(text);
        return FindError(shapes.GetProperty(output.GetProperty("shape").GetString()!), body.RootElement, call.Operation);
    }

    private static string? Location(JsonElement member) => member.TryGetProperty("location", out var location) ? location.GetString() : null;

    private static bool IsRequired(JsonElement shape, string name) => shape.TryGetProperty("required", out var required) && required.EnumerateArray().Any(one => one.GetString() == name);

    private JsonElement Shape(JsonElement member) => shapes.GetProperty(member.GetProperty("shape").GetString()!);

    private string? FindError(JsonElement shape, JsonElement value, string place) => shape.GetProperty("type").GetString() switch
    {
        "structure" => FindStructureError(shape, value, place),
        "list" => value.ValueKind != JsonValueKind.Array ? $"{place} is no list."
            : FindLengthError(shape, value.GetArrayLength(), place)
            ?? value.EnumerateArray().Select((item, index) => FindError(Shape(shape.GetProperty("member")), item, $"{place}[{index}]")).FirstOrDefault(static error => error is not null),
        "string" or "timestamp" => value.ValueKind == JsonValueKind.String ? FindTextError(shape, value.GetString()!, place) : $"{place} is no text.",
        "integer" or "double" => value.ValueKind == JsonValueKind.Number ? null : $"{place} is no number.",
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : $"{place} is not true or false.",
        var type => throw new NotSupportedException($"{place}: {type}"),
    };

    private string? FindStructureError(JsonElement shape, JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return $"{place} is no object.";
        var members = shape.GetProperty("members");
        foreach (var member in members.EnumerateObject().Where(static member => Location(member.Value) is null))
            if (!value.TryGetProperty(member.Name, out var field))
            {
                if (IsRequired(shape, member.Name))
                    return $"{place}.{member.Name} is required.";
            }
            else if (FindError(Shape(member.Value), field, $"{place}.{member.Name}") is { } error)
            {
                return error;
            }

        return value.EnumerateObject().Select(static field => field.Name).FirstOrDefault(name => !members.TryGetProperty(name, out _)) is { } unknown ? $"{place} has {unknown}." : null;
    }

    private static string? FindTextError(JsonElement shape, string text, string place)
    {
        if (shape.GetProperty("type").GetString() == "integer")
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? FindLengthError(shape, number, place) : $"{place} is no number.";
        if (shape.GetProperty("type").GetString() == "timestamp")
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) ? null : $"{place} is no time.";
        if (shape.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(one => one.GetString() == text))
            return $"{place} has the value {text}.";
        if (shape.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, $"^(?:{pattern.GetString()})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
            return $"{place} does not match {pattern.GetString()}.";
        return FindLengthError(shape, text.Length, place);
    }

    private static string? FindLengthError(JsonElement shape, int length, string place) =>
        shape.TryGetProperty("min", out var min) && length < min.GetInt32() || shape.TryGetProperty("max", out var max) && length > max.GetInt32() ? $"{place} has the length or value {length}." : null;

    private static ApiModel? Find()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import botocore; print(botocore.__path__[0])"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var folder = Path.Combine(process.StandardOutput.ReadToEnd().Trim(), "data", "dataexchange");
            process.WaitForExit();
            if (process.ExitCode != 0 || !Directory.Exists(folder) || Directory.GetFiles(folder, "service-2.json*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault() is not { } file)
                return null;
            using var stored = File.OpenRead(file);
            using Stream text = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stored, CompressionMode.Decompress) : stored;
            return new(JsonDocument.Parse(text).RootElement);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // there is no python3
        }
    }
}
