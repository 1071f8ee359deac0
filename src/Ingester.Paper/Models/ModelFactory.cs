namespace Ingester.Paper.Models;

/// <summary>Creates the models of a configuration.</summary>
internal static class ModelFactory
{
    /// <summary>Creates the models.</summary>
    /// <param name="options">Valid options with different names.</param>
    /// <param name="http">The client of HTTP models.</param>
    /// <param name="clock">The clock of time limits.</param>
    /// <exception cref="ModelException">A file is not a usable model.</exception>
    public static ModelSet Create(IReadOnlyList<ModelOptions> options, HttpClient http, TimeProvider clock) =>
        new([.. options.Select(one => new GuardedModel(Create(one, http), one.Timeout, one.Failures, one.Pause, clock))]);

    private static IPredictor Create(ModelOptions options, HttpClient http) => options switch
    {
        { Kind: ModelKind.Onnx } => new OnnxModel(options.DisplayName, options.File!, (decimal)options.Confidence),
        { Kind: ModelKind.Http, Signing: not SigningService.None } => new SignedHttpModel(options.DisplayName, options.Url!, options.Signing, options.Region),
        { Kind: ModelKind.Http } => new HttpModel(options.DisplayName, http, options.Url!),
        _ => new TechnicalModel(),
    };
}
