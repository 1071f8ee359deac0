using Ingester.Paper.History;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ingester.Paper.Models;

/// <summary>
/// A model in a file. Its only required input is a tensor of floats [1, 8]: price, short average / price − 1, long average / price − 1, momentum, change in 24 h, volume,
/// imbalance, spread in basis points; a value that is not known is 0. Its first output begins with the expected relative change of the price; a second value is the
/// confidence, from 0 to 1.
/// </summary>
internal sealed class OnnxModel : IPredictor, IDisposable
{
    /// <summary>Number of input values.</summary>
    public const int InputLength = 8;

    private const decimal FlatChange = 0.0001m; // one basis point

    private readonly InferenceSession session;
    private readonly string input;
    private readonly decimal confidence;

    /// <summary>Loads a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">The file.</param>
    /// <param name="confidence">The confidence if the model has no output for it.</param>
    /// <exception cref="ModelException">The file is not such a model.</exception>
    public OnnxModel(string name, string file, decimal confidence)
    {
        (Name, this.confidence) = (name, confidence);
        if (!File.Exists(file))
            throw new ModelException($"the file {Path.GetFullPath(file)} does not exist");
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            session = new(file, options);
        }
        catch (OnnxRuntimeException invalid)
        {
            throw new ModelException($"the file {Path.GetFullPath(file)} is not a model that ONNX Runtime can load: {invalid.Message}", invalid);
        }

        input = session.InputMetadata.Count == 1 ? session.InputMetadata.Keys.First() : "";
        if (input.Length > 0 && session.InputMetadata[input].ElementType == typeof(float))
            return;
        session.Dispose();
        throw new ModelException($"the model in {Path.GetFullPath(file)} must have one input, a tensor of floats [1, {InputLength}]");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ValueTask<ModelAnswer> PredictAsync(Features features, CancellationToken cancellation) => ValueTask.FromResult(Predict(features));

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private ModelAnswer Predict(Features features)
    {
        try
        {
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(input, new DenseTensor<float>(ToVector(features), [1, InputLength]))]);
            var values = results[0].AsEnumerable<float>().ToList();
            if (values.Count == 0 || !values.TrueForAll(float.IsFinite))
                throw new ModelException("its output is empty or not finite");
            var change = (decimal)values[0];
            var direction = change > FlatChange ? Direction.Up : change < -FlatChange ? Direction.Down : Direction.Flat;
            return new(features.Price * (1 + change), direction, values.Count > 1 ? (decimal)values[1] : confidence);
        }
        catch (Exception invalid) when (invalid is OnnxRuntimeException or OverflowException or InvalidCastException)
        {
            throw new ModelException($"it failed: {invalid.Message}", invalid);
        }
    }

    private static float[] ToVector(Features features) =>
    [
        (float)features.Price,
        (float)(features.ShortAverage / features.Price - 1),
        (float)(features.LongAverage / features.Price - 1),
        (float)features.Momentum,
        (float)(features.DayChange ?? 0),
        (float)features.Volume,
        (float)(features.Imbalance ?? 0),
        (float)(features.SpreadBps ?? 0),
    ];
}
