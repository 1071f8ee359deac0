using System.Globalization;
using System.Text.Json;
using Ingester.Paper.History;
using Ingester.Paper.Models;
using Ingester.PaperJournal.Blocks;

namespace Ingester.Paper.Engine;

/// <summary>
/// The kill file and the answers of the models as a run saw them, from its journal. After the end of that journal they are the present ones: a run that was killed goes on.
/// Memory grows with the number of predictions.
/// </summary>
internal sealed class JournalInputs : IRunInputs
{
    private readonly IRunInputs present;
    private readonly SortedList<long, bool> killed = []; // by the time of a change
    private readonly Dictionary<(long Micros, string Market), (IReadOnlyList<NamedAnswer> Answers, IReadOnlyList<ModelFailure> Failures)> answers = [];
    private long lastMicros = long.MinValue; // of the last bar

    private JournalInputs(IRunInputs present) => this.present = present;

    /// <summary>Reads the inputs of a run.</summary>
    /// <param name="journals">The journals.</param>
    /// <param name="run">The run.</param>
    /// <param name="present">The inputs after the end of its journal.</param>
    /// <param name="cancellation">Cancels the reads.</param>
    /// <exception cref="JournalException">There is no such run, or its journal is damaged.</exception>
    public static async Task<JournalInputs> ReadAsync(RunJournalReader journals, string run, IRunInputs present, CancellationToken cancellation)
    {
        var inputs = new JournalInputs(present);
        await foreach (var line in journals.ReadAsync(run, cancellation))
            try
            {
                using var document = JsonDocument.Parse(line);
                inputs.Add(document.RootElement);
            }
            catch (Exception invalid) when (invalid is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
            {
                throw new JournalException($"The journal of the run {run} is not readable: {invalid.Message}");
            }

        return inputs;
    }

    /// <inheritdoc/>
    public bool IsKilled(long micros)
    {
        if (micros > lastMicros)
            return present.IsKilled(micros);
        var state = false;
        foreach (var (at, exists) in killed)
            if (at <= micros)
                state = exists;
        return state;
    }

    /// <inheritdoc/>
    public Task<(Prediction? Prediction, IReadOnlyList<ModelFailure> Failures)> PredictAsync(long micros, string market, Features features, CancellationToken cancellation) =>
        answers.TryGetValue((micros, market), out var recorded)
            ? Task.FromResult((Ensemble.Combine(recorded.Answers), recorded.Failures))
            : present.PredictAsync(micros, market, features, cancellation);

    private void Add(JsonElement line)
    {
        var micros = line.GetProperty("ts").GetInt64();
        switch (line.GetProperty("kind").GetString())
        {
            case JournalLines.KillFile:
                killed[micros] = line.GetProperty("exists").GetBoolean();
                break;
            case "prediction":
                answers[(micros, line.GetProperty("market").GetString()!)] = (
                    [.. line.GetProperty("models").EnumerateArray().Select(ReadAnswer)],
                    [.. line.GetProperty("failed").EnumerateArray().Select(static one => new ModelFailure(one.GetProperty("name").GetString()!, one.GetProperty("reason").GetString()!))]);
                break;
            case "account":
                lastMicros = micros;
                break;
            default:
                break;
        }
    }

    private static NamedAnswer ReadAnswer(JsonElement one) => new(one.GetProperty("name").GetString()!, new(
        Number(one, "price"), Enum.Parse<Direction>(one.GetProperty("direction").GetString()!, ignoreCase: true), Number(one, "confidence")));

    private static decimal Number(JsonElement line, string name) => decimal.Parse(line.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
