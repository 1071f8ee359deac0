using Ingester.Paper.History;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Ingester.Paper.Models;

/// <summary>A model with a time limit and a circuit breaker: after repeated failures it is left alone for a while. Thread-safe.</summary>
internal sealed class GuardedModel
{
    private readonly IPredictor model;
    private readonly ResiliencePipeline pipeline;

    /// <summary>Guards a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="timeout">Time limit of one prediction.</param>
    /// <param name="failures">Number of predictions within an hour, at least 2, of which half must fail before the model is left alone.</param>
    /// <param name="pause">How long it is left alone.</param>
    /// <param name="clock">The clock of both.</param>
    public GuardedModel(IPredictor model, TimeSpan timeout, int failures, TimeSpan pause, TimeProvider clock)
    {
        this.model = model;
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ModelException>().Handle<TimeoutRejectedException>(),
                FailureRatio = 0.5,
                MinimumThroughput = failures,
                SamplingDuration = TimeSpan.FromHours(1),
                BreakDuration = pause,
            })
            .AddTimeout(timeout)
            .Build();
    }

    /// <summary>The name of the model.</summary>
    public string Name => model.Name;

    /// <summary>Predicts.</summary>
    /// <param name="features">What is known.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <returns>The answer, or why there is none.</returns>
    public async Task<(ModelAnswer? Answer, ModelFailure? Failure)> PredictAsync(Features features, CancellationToken cancellation)
    {
        try
        {
            return (await pipeline.ExecuteAsync(async token => (await model.PredictAsync(features, token)).Validate(), cancellation), null);
        }
        catch (ModelException failure)
        {
            return (null, new(Name, failure.Message));
        }
        catch (TimeoutRejectedException late)
        {
            return (null, new(Name, $"it did not answer within {late.Timeout.TotalSeconds:0.###} s"));
        }
        catch (BrokenCircuitException)
        {
            return (null, new(Name, "it failed repeatedly and is left alone for a while"));
        }
    }
}
