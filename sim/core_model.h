// A Verilated core with a clock, and bits on its ports: what every harness has in common.
//
// Included by the harnesses; compiled with the definitions that quantacore.sim.batch lists.
#pragma once
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "model.h"
#include "Model__Syms.h"

#ifndef CLOCK
#define CLOCK clk
#endif

namespace {

constexpr int words_for(int bits) { return bits > WORD_BITS ? (bits + WORD_BITS - 1) / WORD_BITS : 1; }
constexpr int bytes_for(int bits) { return (bits + 7) / 8; }

constexpr int kWordBytes = bytes_for(WORD_BITS);

enum Status { OK = 0, HANGS = 1, COUNTS_WRONG = 2, REPORTS_ERROR = 3 };

// Ports of all widths are little-endian storage of their bits, wide ones as arrays of 32-bit words.
template <typename Port>
void put(Port& port, const uint8_t* bytes, size_t size) {
    std::memset(&port, 0, sizeof(Port));
    std::memcpy(&port, bytes, size < sizeof(Port) ? size : sizeof(Port));
}

// Copy bits [first, first + count) of `source`, of `size` bytes, to the start of `target`.
void copy_bits_out(const uint8_t* source, int size, int first, int count, uint8_t* target) {
    const int shift = first % 8;
    for (int i = 0; i < bytes_for(count); ++i) {
        const int at = first / 8 + i;
        unsigned pair = at < size ? source[at] : 0;
        if (at + 1 < size) pair |= unsigned{source[at + 1]} << 8;
        target[i] = uint8_t(pair >> shift);
    }
    if (count % 8) target[count / 8] &= uint8_t((1u << count % 8) - 1);
}

// OR `count` bits of `source` into `target`, of `size` bytes, from bit `first` on.
void or_bits_in(const uint8_t* source, int count, uint8_t* target, int size, int first) {
    const int shift = first % 8;
    for (int i = 0; i < bytes_for(count); ++i) {
        const int at = first / 8 + i;
        const unsigned pair = unsigned{source[i]} << shift;
        if (at < size) target[at] |= uint8_t(pair);
        if (at + 1 < size) target[at + 1] |= uint8_t(pair >> 8);
    }
}

class ClockedModel {
  public:
    // With a seed, what has no initial value starts with random bits; else with zeros.
    explicit ClockedModel(int seed) {
        VerilatedContext* const before = Verilated::threadContextp();
        Verilated::threadContextp(&context_);  // that is where the model looks for the seed
        context_.randReset(seed ? 2 : 0);
        context_.randSeed(seed);
        model_ = std::make_unique<Model>(&context_, "core");
        Verilated::threadContextp(before);
    }
    // The model says goodbye to the context of the thread, which may be that of another model, gone
    // by now.
    ~ClockedModel() {
        Verilated::threadContextp(&context_);
        model_.reset();
        Verilated::threadContextp(Verilated::defaultContextp());
    }
    ClockedModel(const ClockedModel&) = delete;
    ClockedModel& operator=(const ClockedModel&) = delete;
    uint64_t total_cycles() const { return total_cycles_; }

  protected:
    static constexpr uint64_t kPatience = 1'000'000;  // cycles without progress

    void settle() {
        model_->CLOCK = 0;
        model_->eval();
    }
    // Only after `settle`: another evaluation with the clock low would cost and change nothing.
    void tick() {
        model_->CLOCK = 1;
        model_->eval();
        ++total_cycles_;
    }

    // Between `settle` and `tick`: one cycle; true if nothing at all changes in it, so that nothing
    // will in any further cycle with the same inputs.
    bool rests() {
        const auto* const state = reinterpret_cast<const char*>(model_->rootp->vlSymsp);
        before_.assign(state, state + sizeof(Model__Syms));
        tick();
        settle();
        return std::memcmp(before_.data(), state, sizeof(Model__Syms)) == 0;
    }
    void skip_to(uint64_t cycle) { total_cycles_ = cycle > total_cycles_ ? cycle : total_cycles_; }

    VerilatedContext context_;
    std::unique_ptr<Model> model_;
    uint64_t total_cycles_ = 0;

  private:
    std::vector<char> before_;
};

}  // namespace
