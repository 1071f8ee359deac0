using Ingester.Dashboard.Stores;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace Ingester.Dashboard.Components;

/// <summary>Shows a sentence in place of content that failed to render, and logs the exception: a stack trace never reaches a page.</summary>
public sealed class DashboardErrorBoundary : ErrorBoundary
{
    /// <summary>The sentence for an exception that is not a <see cref="DashboardFault"/>.</summary>
    public const string Sentence = "This page failed because of a bug of the dashboard. Its log contains the exception.";

    /// <summary>The sentence for an exception.</summary>
    /// <param name="failure">The exception.</param>
    public static string Describe(Exception failure) => failure is DashboardFault ? failure.Message : Sentence;

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }

        builder.OpenComponent<Fault>(1);
        builder.AddComponentParameter(2, nameof(Fault.Sentence), Describe(CurrentException));
        builder.AddComponentParameter(3, nameof(Fault.Retry), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }
}
