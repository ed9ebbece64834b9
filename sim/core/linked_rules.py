"""Compiling a rule only as a part of the kernels that call it.

Numba treats every function it compiles as one that Python might call: it optimises the function
together with all that it calls and turns it into machine code. A rule stands under up to ten
others, so it went through that up to ten times before its kernel, where all its rules are
optimised together once more, and nothing but the kernel ever ran. With `RuleCompiler` a rule stays
as it was written down, and its kernel does the work once: half of the time of a first compilation.
"""

from typing import Any

from numba._dynfunc import make_function
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.typed_passes import AnnotateTypes, NativeLowering


class RuleLibrary(JITCodeLibrary):
    """The code of one rule, as LLVM reads it: neither optimised nor loaded, only linked."""

    def _optimize_final_module(self) -> None:
        """Leaves it to the kernel."""

    def _finalize_final_module(self) -> None:
        """Nothing is loaded, so nothing of it can be called."""
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=False, analysis_only=False)
class OpenRuleLibrary(LoweringPass):
    """Before a rule is written down: where to, and that it is not to be loaded."""

    _name = "open_rule_library"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Gives the rule a library of its own."""
        state.library = RuleLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        return False


@register_pass(mutates_CFG=False, analysis_only=False)
class OfferRule(LoweringPass):
    """After a rule is written down: others may call it."""

    _name = "offer_rule"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Enters the rule under a Python function that stands for it and has no code."""
        lowered, library = state["cr"], state.library
        library.finalize()
        described = lowered.fndesc
        stand_in = make_function(
            described.lookup_module(), described.qualname, "a rule", 0, lowered.env, (library,)
        )
        state.targetctx.insert_user_function(stand_in, described, [library])
        state["cr"] = lowered._replace(cfunc=stand_in)
        return False


class RuleCompiler(Compiler):
    """Numba's usual way with a function, but for the end of it."""

    def define_pipelines(self) -> list[Any]:
        """The passes a rule goes through."""
        [passes] = super().define_pipelines()
        passes.add_pass_after(OpenRuleLibrary, AnnotateTypes)
        passes.add_pass_after(OfferRule, NativeLowering)
        passes.finalize()
        return [passes]
