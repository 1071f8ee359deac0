using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ingester.Integration.Tests.Nightly;

/// <summary>
/// Steps through a definition in Amazon States Language: the kinds of states and the fields that the definitions of the deployment use. Any other one throws
/// <see cref="NotSupportedException"/>, so that no part of a definition is passed over.
/// </summary>
/// <param name="definition">The definition.</param>
/// <param name="runTask">Runs a task: its resource and its parameters. It throws a <see cref="StateFailure"/> if the task fails.</param>
internal sealed partial class StateMachine(JsonNode definition, Func<string, JsonNode, Task<JsonNode?>> runTask)
{
    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["Task"] = ["Type", "Resource", "TimeoutSeconds", "Parameters", "ResultPath", "Retry", "Catch", "Next", "End"],
        ["Map"] = ["Type", "ItemsPath", "ItemSelector", "MaxConcurrency", "ItemProcessor", "ResultPath", "Next", "End"],
        ["Pass"] = ["Type", "Result", "Parameters", "ResultPath", "Next", "End"],
        ["Choice"] = ["Type", "Choices", "Default"],
        ["Succeed"] = ["Type"],
        ["Fail"] = ["Type", "Error", "CausePath"],
    };

    /// <summary>The names of the states that were entered, in order; those of items in brackets.</summary>
    public List<string> Entered { get; } = [];

    /// <summary>Reads a template of Terraform as it is rendered with values.</summary>
    public static JsonNode Render(string template, IReadOnlyDictionary<string, JsonNode> values)
    {
        var text = Encoded().Replace(template, match => values[match.Groups[1].Value].ToJsonString());
        return JsonNode.Parse(Plain().Replace(text, match => values[match.Groups[1].Value].GetValue<string>()))!;
    }

    /// <summary>Runs an execution.</summary>
    /// <exception cref="StateFailure">The execution fails.</exception>
    public Task<JsonNode?> RunAsync(JsonNode input) => RunAsync(definition, input, item: null);

    private async Task<JsonNode?> RunAsync(JsonNode states, JsonNode? data, JsonNode? item)
    {
        for (var name = states["StartAt"]!.GetValue<string>(); ;)
        {
            var state = states["States"]![name]!.AsObject();
            lock (Entered)
                Entered.Add(item is null ? name : $"[{name}]");
            var kind = state["Type"]!.GetValue<string>();
            if (!Fields.TryGetValue(kind, out var known) || state.FirstOrDefault(field => !known.Contains(field.Key)).Key is { } strange && strange.Length > 0)
                throw new NotSupportedException($"{name} is a {kind} with {string.Join(", ", state.Select(static field => field.Key))}");
            var expression = new StateExpression(data, item);
            var next = state["Next"]?.GetValue<string>();
            switch (kind)
            {
                case "Succeed":
                    return data;
                case "Fail":
                    throw new StateFailure(state["Error"]!.GetValue<string>(), expression.Evaluate(state["CausePath"]!.GetValue<string>())!.GetValue<string>());
                case "Choice":
                    next = state["Choices"]!.AsArray().FirstOrDefault(rule => Holds(rule!.AsObject(), expression))?["Next"]!.GetValue<string>() ?? state["Default"]!.GetValue<string>();
                    break;
                case "Pass":
                    data = Place(data, state, state.ContainsKey("Parameters") ? expression.Fill(state["Parameters"]) : state["Result"]?.DeepClone());
                    break;
                case "Map":
                    data = Place(data, state, await MapAsync(state, expression));
                    break;
                case "Task":
                    (data, next) = await TryTaskAsync(state, data, expression, next);
                    break;
            }

            if (next is null)
                return state["End"]?.GetValue<bool>() == true ? data : throw new NotSupportedException($"{name} has neither Next nor End");
            name = next;
        }
    }

    private async Task<JsonNode?> MapAsync(JsonObject state, StateExpression expression)
    {
        var processor = state["ItemProcessor"]!;
        Assert.Contains(processor["ProcessorConfig"]!["Mode"]!.GetValue<string>(), new[] { "INLINE", "DISTRIBUTED" });
        var results = new JsonArray();
        foreach (var one in expression.Evaluate(state["ItemsPath"]!.GetValue<string>())!.AsArray())
            results.Add((await RunAsync(processor, new StateExpression(expression.Evaluate("$"), one).Fill(state["ItemSelector"]), one))?.DeepClone());
        return results;
    }

    private async Task<(JsonNode? Data, string? Next)> TryTaskAsync(JsonObject state, JsonNode? data, StateExpression expression, string? next)
    {
        for (var attempt = 0; ; attempt++)
            try
            {
                return (Place(data, state, await runTask(state["Resource"]!.GetValue<string>(), expression.Fill(state["Parameters"])!)), next);
            }
            catch (StateFailure failure)
            {
                if (Match(state["Retry"], failure) is { } retry && attempt < retry["MaxAttempts"]!.GetValue<int>())
                    continue;
                if (Match(state["Catch"], failure) is not { } caught)
                    throw;
                var error = new JsonObject { ["Error"] = failure.Error, ["Cause"] = failure.Cause };
                return (Place(data, caught.AsObject(), error), caught["Next"]!.GetValue<string>());
            }
    }

    private static JsonNode? Match(JsonNode? handlers, StateFailure failure) =>
        handlers?.AsArray().FirstOrDefault(one => one!["ErrorEquals"]!.AsArray().Any(name => name!.GetValue<string>() is var text && (text == failure.Error || text == "States.ALL")));

    private static bool Holds(JsonObject rule, StateExpression expression)
    {
        if (rule["And"] is { } all)
            return all.AsArray().All(one => Holds(one!.AsObject(), expression));
        var exists = expression.TryFind(rule["Variable"]!.GetValue<string>(), out var value);
        return rule.Single(static field => field.Key is not ("Variable" or "Next")) switch
        {
            { Key: "IsPresent", Value: { } wanted } => exists == wanted.GetValue<bool>(),
            { Key: "BooleanEquals" or "NumericEquals", Value: { } wanted } => exists ? JsonNode.DeepEquals(value, wanted) : throw new StateFailure("States.Runtime", rule.ToJsonString()),
            var other => throw new NotSupportedException(other.Key),
        };
    }

    /// <summary>Puts a result where <c>ResultPath</c> says: null for nowhere; without it, the result replaces the data.</summary>
    private static JsonNode? Place(JsonNode? data, JsonObject state, JsonNode? result)
    {
        if (!state.TryGetPropertyValue("ResultPath", out var place))
            return result;
        if (place is null)
            return data;
        var copy = data!.DeepClone().AsObject();
        var (at, steps) = (copy, place.GetValue<string>()["$.".Length..].Split('.'));
        foreach (var step in steps[..^1])
            at = at[step]!.AsObject();
        at[steps[^1]] = result?.DeepClone();
        return copy;
    }

    [GeneratedRegex(@"\$\{jsonencode\((\w+)\)\}")]
    private static partial Regex Encoded();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Plain();
}
