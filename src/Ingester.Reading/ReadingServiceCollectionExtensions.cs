using Ingester.Core.Segments;
using Ingester.Reading.Windows;
using Ingester.Storage.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ingester.Reading;

/// <summary>Registers the services of this project.</summary>
internal static class ReadingServiceCollectionExtensions
{
    /// <summary>Adds the check of window lengths. It needs an <see cref="IObjectStore"/> and <see cref="SegmentOptions"/>.</summary>
    public static IServiceCollection AddIngesterReading(this IServiceCollection services) =>
        services.AddSingleton(static provider => new WindowLengthCheck(
            provider.GetRequiredService<IObjectStore>(), prefix: "", [.. provider.GetRequiredService<IOptions<SegmentOptions>>().Value.Windows]));
}
