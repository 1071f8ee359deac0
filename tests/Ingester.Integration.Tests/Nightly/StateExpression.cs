using System.Globalization;
using System.Text.Json.Nodes;

namespace Ingester.Integration.Tests.Nightly;

/// <summary>
/// The paths and intrinsic functions of Amazon States Language that the definitions use: <c>$.a.b[0]</c>, <c>$.list[*].c</c>, <c>$$.Map.Item.Value</c>,
/// <c>States.Array</c>, <c>States.Format</c>, <c>States.StringToJson</c>, <c>States.ArrayContains</c>. Everything else throws <see cref="NotSupportedException"/>.
/// </summary>
/// <param name="input">The input of the state.</param>
/// <param name="item">The item of a map; null outside of one.</param>
internal sealed class StateExpression(JsonNode? input, JsonNode? item)
{
    /// <summary>Evaluates a payload template: fields whose names end with <c>.$</c> are expressions.</summary>
    public JsonNode? Fill(JsonNode? template) => template switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => field.Key.EndsWith(".$", StringComparison.Ordinal)
            ? KeyValuePair.Create(field.Key[..^2], Evaluate(field.Value!.GetValue<string>())?.DeepClone())
            : KeyValuePair.Create(field.Key, Fill(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Fill)]),
        _ => template?.DeepClone(),
    };

    /// <summary>Evaluates an expression.</summary>
    /// <exception cref="StateFailure">A path leads nowhere.</exception>
    public JsonNode? Evaluate(string text)
    {
        var rest = text.AsSpan();
        var value = Read(ref rest);
        return rest.Trim().IsEmpty ? value : throw new NotSupportedException($"'{text}' has more than one expression");
    }

    /// <summary>True if a path leads to something, even to null.</summary>
    public bool TryFind(string path, out JsonNode? found)
    {
        try
        {
            found = Evaluate(path);
            return true;
        }
        catch (StateFailure)
        {
            found = null;
            return false;
        }
    }

    private JsonNode? Read(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        if (rest.StartsWith("'"))
            return ReadText(ref rest);
        if (rest.StartsWith("States."))
            return Call(ref rest);
        var end = rest.IndexOfAny(',', ')') is >= 0 and var stop ? stop : rest.Length;
        var word = rest[..end].Trim().ToString();
        rest = rest[end..];
        return word.StartsWith('$') ? Follow(word) : JsonValue.Create(int.Parse(word, CultureInfo.InvariantCulture));
    }

    private static JsonValue ReadText(ref ReadOnlySpan<char> rest)
    {
        var text = "";
        for (var i = 1; i < rest.Length; i++)
            if (rest[i] == '\\')
                text += rest[++i];
            else if (rest[i] != '\'')
                text += rest[i];
            else
            {
                rest = rest[(i + 1)..];
                return JsonValue.Create(text);
            }

        throw new NotSupportedException("a text does not end");
    }

    private JsonNode? Call(ref ReadOnlySpan<char> rest)
    {
        var open = rest.IndexOf('(');
        var name = rest[..open].ToString();
        rest = rest[(open + 1)..].TrimStart();
        var arguments = new List<JsonNode?>();
        while (!rest.StartsWith(")"))
        {
            arguments.Add(Read(ref rest)?.DeepClone());
            rest = rest.TrimStart();
            if (rest.StartsWith(","))
                rest = rest[1..];
        }

        rest = rest[1..];
        return (name, arguments) switch
        {
            ("States.Array", _) => new JsonArray([.. arguments]),
            ("States.StringToJson", [{ } text]) => JsonNode.Parse(text.GetValue<string>()),
            ("States.ArrayContains", [JsonArray list, var one]) => JsonValue.Create(list.Any(found => JsonNode.DeepEquals(found, one))),
            ("States.Format", [{ } template, { } value]) => JsonValue.Create(template.GetValue<string>().Replace("{}", value.GetValue<string>(), StringComparison.Ordinal)),
            _ => throw new NotSupportedException($"{name} with {arguments.Count} arguments"),
        };
    }

    private JsonNode? Follow(string path)
    {
        if (path == "$$.Map.Item.Value")
            return item;
        if (!path.StartsWith("$.", StringComparison.Ordinal))
            return path == "$" ? input : throw new NotSupportedException(path);
        return Step(input, path[2..].Split('.'), path);
    }

    private static JsonNode? Step(JsonNode? from, ReadOnlySpan<string> steps, string path)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            var (name, index) = steps[i].IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket ? (steps[i][..bracket], steps[i][(bracket + 1)..^1]) : (steps[i], null);
            if (from is not JsonObject fields || !fields.TryGetPropertyValue(name, out from))
                throw new StateFailure("States.ParameterPathFailure", path);
            if (index == "*")
            {
                var rest = steps[(i + 1)..].ToArray();
                return new JsonArray([.. from!.AsArray().Select(one => Step(one, rest, path)?.DeepClone())]);
            }

            if (index is not null)
                from = from is JsonArray list && int.Parse(index, CultureInfo.InvariantCulture) is var place && place < list.Count ? list[place] : throw new StateFailure("States.ParameterPathFailure", path);
        }

        return from;
    }
}
